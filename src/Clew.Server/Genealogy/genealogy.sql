-- What was in what, from when to when, and from which position to which we believed it. Rows are added and ended, never edited.
create schema if not exists genealogy;

create table if not exists genealogy.link (
    id           bigint primary key,
    child        bigint not null,
    parent       bigint not null,
    from_at      timestamptz,                -- null: only its end is known
    from_tie     bigint,
    to_at        timestamptz,                -- null: still inside
    to_tie       bigint,
    fitted       bigint,
    removed      bigint,
    learned      bigint not null,
    unlearned    bigint,
    child_product int not null,
    irregular    int not null,
    nature       smallint not null,
    child_granularity smallint not null,
    parent_granularity smallint not null,
    quantity     numeric
);
create index if not exists link_child on genealogy.link (child);
create index if not exists link_parent on genealogy.link (parent);

-- A lot in a unit by way of other units: one row a path, lot upward.
create table if not exists genealogy.reach (
    lot          bigint not null,
    unit         bigint not null,
    from_at      timestamptz,
    to_at        timestamptz,
    learned      bigint not null,
    unlearned    bigint,
    path         bigint[] not null
);
create index if not exists reach_lot on genealogy.reach (lot, unit);
create index if not exists reach_unit on genealogy.reach (unit);

-- A part that a finished unit must have and of which no report came: why it cannot be excluded.
create table if not exists genealogy.gap (
    item         bigint not null,
    product      int not null,
    learned      bigint not null,
    unlearned    bigint
);
create index if not exists gap_product on genealogy.gap (product);
create index if not exists gap_item on genealogy.gap (item);

-- How much of a lot came to a place or left it, and by what sort of fact.
create table if not exists genealogy.quantity (
    lot          bigint not null,
    place        int,
    delta        numeric not null,
    happened     timestamptz not null,
    position     bigint not null,
    unlearned    bigint,
    kind         smallint not null
);
create index if not exists quantity_lot on genealogy.quantity (lot);

create table if not exists genealogy.supply (
    party        int not null,
    lot          bigint not null,
    position     bigint not null,
    unlearned    bigint
);
create index if not exists supply_party on genealogy.supply (party);
create index if not exists supply_lot on genealogy.supply (lot);

-- Items and the steps of their lives, told from the ledger. How things stand with an item is its last step.
create schema if not exists lifecycle;

create table if not exists lifecycle.item (
    id           bigint primary key,
    key          text collate "C" not null unique,
    instance     text collate "C" not null,  -- the bare serial or lot, as people search for it
    granularity  smallint not null,
    product      int                         -- masterdata.subject
);
create index if not exists item_instance on lifecycle.item (instance);

create table if not exists lifecycle.step (
    item         bigint not null,
    happened     timestamptz not null,
    tie          bigint not null,
    position     bigint not null,
    place        int,                        -- where it is; in transit, where it is bound for
    holder       int,
    irregular    int not null,
    kind         smallint not null,
    role         smallint not null,
    stage        smallint not null,
    hold         smallint not null,
    marks        smallint not null,
    learned      bigint,                     -- the position from which it was told like this; null: its own
    unlearned    bigint,                     -- the position from which it is told otherwise; null: believed now
    expires      date,
    holds        int[]
);
create index if not exists step_life on lifecycle.step (item, happened, tie);
create index if not exists step_held on lifecycle.step using gin (holds) where holds is not null;
-- Steps that depend on a product, party or place that nobody described (Irregularity.Unknown…): told again when somebody does.
create index if not exists step_unknown on lifecycle.step (item) where (irregular & 14336) <> 0 and unlearned is null;
create index if not exists step_irregular on lifecycle.step (position) where irregular <> 0 and unlearned is null;

-- Version 4: what was made when is asked of the step itself.
alter table lifecycle.step add column if not exists made int;   -- masterdata.subject: the product, in the step with which a unit was made
create index if not exists step_made on lifecycle.step (made, happened) where made is not null;
do $$
begin
    if to_regclass('lifecycle.made') is not null then
        update lifecycle.step s set made = m.product from lifecycle.made m where s.item = m.item and s.position = m.position and s.role = 0;
        drop table lifecycle.made;
    end if;
end $$;

create table if not exists lifecycle.certificate (
    item         bigint not null,
    number       text not null,
    sha256       bytea not null,
    position     bigint not null,
    unlearned    bigint
);
create index if not exists certificate_item on lifecycle.certificate (item);
create index if not exists certificate_number on lifecycle.certificate (number);

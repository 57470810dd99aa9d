-- What EPCIS events are found by, told from the ledger by a follower of its own (EventIndex), and asked for by EventQueries.
-- All but the saved queries may be emptied: the follower tells them again from the first position.
create schema if not exists epcis;

-- How far the follower is: its row's lock is the lease of whichever server follows. Other rules than the program's: told again.
create table if not exists epcis.followed (
    one          int primary key check (one = 1),
    position     bigint not null,            -- the next position to be told
    rules        int not null
);
insert into epcis.followed values (1, 0, 0) on conflict do nothing;

create table if not exists epcis.event (
    position     bigint primary key,
    happened     timestamptz not null
);
create index if not exists event_happened on epcis.event (happened, position);

-- One row for each thing that an event says (EventTerms), in the order of the world: a page anywhere in an answer is one stretch of the index.
create table if not exists epcis.posting (
    term         bigint not null,
    happened     timestamptz not null,
    position     bigint not null,
    primary key (term, happened, position)
);

-- Where events stand in the order of members of somebody's own (FieldOrder): queries may ask to have them so.
create table if not exists epcis.sorted (
    term         bigint not null,
    key          bytea not null,
    happened     timestamptz not null,
    position     bigint not null,
    primary key (term, key, happened, position)
);
create index if not exists sorted_position on epcis.sorted (position);

-- Words and places that events name, for the lists of the REST interface.
create table if not exists epcis.mention (
    kind         smallint not null,
    name         text collate "C" not null,
    primary key (kind, name)
);

-- Company prefixes that URNs showed: no Digital Link tells where they end.
create table if not exists epcis.company_prefix (
    digits       text collate "C" primary key
);

-- Master data as EPCIS has them: elements of vocabularies, what is said of each, and what is within. The last word counts.
create table if not exists epcis.element (
    vocabulary   text collate "C" not null,
    name         text collate "C" not null,  -- in its one spelling
    id           text not null,              -- as its sender writes it
    position     bigint not null,
    primary key (vocabulary, name)
);
create index if not exists element_name on epcis.element (name);
create table if not exists epcis.attribute (
    name         text collate "C" not null,
    vocabulary   text collate "C" not null,
    id           text collate "C" not null,
    value        text not null,
    body         jsonb not null              -- the value as it was said: a text or an object
);
create index if not exists attribute_name on epcis.attribute (vocabulary, name);
create index if not exists attribute_id on epcis.attribute (id, md5(value));
create table if not exists epcis.child (
    parent       text collate "C" not null,
    vocabulary   text collate "C" not null,
    name         text collate "C" not null,
    id           text not null,
    primary key (parent, vocabulary, name)
);
create index if not exists child_name on epcis.child (name);

-- Queries that somebody gave a name. Not told from the ledger: they say nothing of any item, and whoever owns one may drop it.
create table if not exists epcis.saved_query (
    name         text collate "C" primary key,
    owner        text not null,
    created_at   timestamptz not null,
    body         jsonb not null
);

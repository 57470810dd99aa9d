-- Products, parties and places: numbers for their names, and what was said of them.
create schema if not exists masterdata;

create table if not exists masterdata.subject (
    number       int primary key,
    key          text collate "C" not null unique,
    granularity  smallint not null
);

create table if not exists masterdata.description (
    number       int not null,              -- masterdata.subject; 0 for a rule of evidence, which is about a kind of fact
    happened     timestamptz not null,
    tie          bigint not null,
    position     bigint not null,
    primary key (number, position)
);

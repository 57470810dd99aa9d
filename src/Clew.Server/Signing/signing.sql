-- Which entries stand under which signature. Told again from the ledger: a signature is a fact.
create schema if not exists signing;

create table if not exists signing.signature (
    entry        bigint not null,            -- the record that was signed
    position     bigint not null,            -- the signature
    primary key (entry, position)
);

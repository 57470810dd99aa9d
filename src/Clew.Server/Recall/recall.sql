-- Holds, recalls and their frozen scopes, told from the ledger.
create schema if not exists recall;

create table if not exists recall.hold_order (
    number       int primary key,
    position     bigint not null,
    case_number  text not null,
    is_lock      boolean not null
);

-- Every fact of a case, in the order of recording: the case's own view is folded from these.
create table if not exists recall.case_fact (
    case_number  text not null,
    position     bigint not null,
    kind         smallint not null,
    primary key (case_number, position)
);

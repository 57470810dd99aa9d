-- Who is told of events, how far each has been told, and what could not be told. Not told from the ledger: it says nothing of any item,
-- and what was sent to whom is no fact about a device.
create schema if not exists subscriptions;

create table if not exists subscriptions.subscriber (
    id           uuid primary key,
    query        text collate "C" not null references epcis.saved_query (name) on delete cascade,
    owner        text not null,              -- with role and party: whose eyes see what is sent
    role         text not null,
    party        text,
    created_at   timestamptz not null,
    dest         text not null,
    secret       bytea not null,             -- sealed: opened only to sign
    schedule     jsonb,                      -- as it was said; null: as facts come
    if_empty     boolean not null,           -- whether a schedule sends an answer without events
    position     bigint not null,            -- everything before was answered with 2xx, did not meet the query, or is a dead letter
    batch        int not null,               -- events in one delivery: fewer after a 413
    due_at       timestamptz not null,       -- not before: the schedule's, or the back-off's
    attempts     int not null default 0,     -- at this position
    status       int,                        -- of the last answer; null when there was none
    error        text,                       -- why the last attempt failed
    answered_at  timestamptz,                -- the last 2xx
    server       text,                       -- whichever delivers just now, until its lease is over
    lease_until  timestamptz
);
create index if not exists subscriber_due on subscriptions.subscriber (due_at);
create index if not exists subscriber_query on subscriptions.subscriber (query, created_at);

create table if not exists subscriptions.dead_letter (
    subscriber   uuid not null references subscriptions.subscriber (id) on delete cascade,
    first        bigint not null,            -- positions from here
    until        bigint not null,            -- to before here
    events       int not null,
    attempts     int not null,
    status       int,
    error        text,
    at           timestamptz not null,
    primary key (subscriber, first)
);

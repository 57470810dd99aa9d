-- The only personal data of patients, each person's sealed with a key of its own (AES-256-GCM), which lies wrapped under a master key
-- outside of the database. Not told from the ledger: it holds none of this, and an erased person must not come back by telling again.
create schema if not exists care;

create table if not exists care.patient (
    reference    text primary key,          -- random; what facts name the person by: care:…
    party        text,                      -- whose patient; null: our own
    kept_at      timestamptz not null,
    master       int,                       -- number of the master key under which the person's key is wrapped
    wrapped      bytea,                     -- the person's key; null: destroyed
    sealed       bytea not null,
    erased_at    timestamptz,
    erased_by    text,
    reason       text,
    position     bigint                     -- of the entry that says it was erased; null until it is said
);

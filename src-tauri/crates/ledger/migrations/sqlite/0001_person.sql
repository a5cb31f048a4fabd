-- One row for each cardholder that ALIVE has listed: no more than the search and the offline view need.
CREATE TABLE person (
    cardholder_id INTEGER PRIMARY KEY,
    degree_before TEXT,
    first_name    TEXT NOT NULL,
    last_name     TEXT NOT NULL,
    degree_after  TEXT,
    date_of_birth TEXT,                     -- yyyy-mm-dd
    personal_id   TEXT,
    external_id   TEXT,
    roles         TEXT NOT NULL,            -- JSON array of words
    seen_at       INTEGER NOT NULL,         -- UTC milliseconds
    personal_key  TEXT,                     -- personal_id in the one spelling that is searched
    words         TEXT NOT NULL             -- surname '/' first name, folded: what the name index was made from
);
CREATE INDEX person_by_personal_key ON person (personal_key) WHERE personal_key IS NOT NULL;

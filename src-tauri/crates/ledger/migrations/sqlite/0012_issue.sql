-- A card that is being issued at a desk, kept so that it can be left and taken up again.
CREATE TABLE issue (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,     -- uuid, drawn by the desk
    desk          TEXT NOT NULL,
    cardholder_id INTEGER NOT NULL,
    card_type     TEXT NOT NULL,
    number        TEXT,                     -- of the stock; held while the issue is open
    state         TEXT NOT NULL CHECK (state IN ('open', 'done', 'dropped')),
    draft         TEXT,                     -- what is filled in so far, JSON; NULL once the person has been erased
    begun_at      INTEGER NOT NULL,         -- UTC milliseconds
    changed_at    INTEGER NOT NULL          -- UTC milliseconds
);
-- A desk issues one card to a person at a time, and a number is held by one issue.
CREATE UNIQUE INDEX issue_open ON issue (desk, cardholder_id) WHERE state = 'open';
CREATE UNIQUE INDEX issue_of_a_number ON issue (number) WHERE number IS NOT NULL AND state = 'open';
CREATE INDEX issue_by_cardholder ON issue (cardholder_id);
CREATE INDEX issue_by_beginning ON issue (begun_at);
CREATE INDEX issue_by_last_step ON issue (changed_at);

-- People who are to be anonymised as soon as their last card has expired.
CREATE TABLE erasure (
    cardholder_id INTEGER PRIMARY KEY,
    planned_at    INTEGER NOT NULL,         -- UTC milliseconds
    asked_at      INTEGER                   -- UTC milliseconds: when the register accepted it
);

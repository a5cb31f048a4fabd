-- One row for each card that ALIVE has listed. Its cardholder may be listed later: no foreign key.
-- A RETURNED card frees its number, so a number may stand on several rows.
CREATE TABLE card (
    card_id          INTEGER PRIMARY KEY,
    cardholder_id    INTEGER NOT NULL,
    number           TEXT,
    card_type        TEXT NOT NULL,
    form             TEXT NOT NULL,
    status           TEXT NOT NULL,
    valid_from       TEXT,                  -- yyyy-mm-dd
    valid_to         TEXT,
    valid_to_plastic TEXT,
    seen_at          INTEGER NOT NULL,      -- UTC milliseconds
    number_key       TEXT                   -- number in the one spelling that is searched
);
CREATE INDEX card_by_cardholder ON card (cardholder_id);
CREATE INDEX card_by_number_key ON card (number_key) WHERE number_key IS NOT NULL;

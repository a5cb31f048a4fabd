-- One row for each card that ALIVE has listed. Its cardholder may be listed later: no foreign key.
-- A RETURNED card frees its number, so a number may stand on several rows.
CREATE TABLE card (
    card_id          BIGINT PRIMARY KEY,
    cardholder_id    BIGINT NOT NULL,
    number           TEXT,
    card_type        TEXT NOT NULL,
    form             TEXT NOT NULL,
    status           TEXT NOT NULL,
    valid_from       TEXT,                  -- yyyy-mm-dd
    valid_to         TEXT,
    valid_to_plastic TEXT,
    seen_at          BIGINT NOT NULL,       -- UTC milliseconds
    number_key       TEXT COLLATE "C"       -- number in the one spelling that is searched
);
CREATE INDEX card_by_cardholder ON card (cardholder_id);
CREATE INDEX card_by_number_key ON card (number_key) WHERE number_key IS NOT NULL;

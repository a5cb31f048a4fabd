-- The chips of a card, in ALIVE's order.
CREATE TABLE chip (
    card_id    BIGINT NOT NULL REFERENCES card (card_id) ON DELETE CASCADE,
    position   BIGINT NOT NULL,
    technology TEXT NOT NULL,
    value      TEXT NOT NULL,               -- as ALIVE stores it
    key        TEXT NOT NULL,               -- in the one spelling that is searched
    PRIMARY KEY (card_id, position)
);
CREATE INDEX chip_by_key ON chip (key);

-- Which SUP card is whose: SUP is asked by its own uuid, so the clerk's link is kept here. Unique both ways.
CREATE TABLE sup_link (
    person    TEXT PRIMARY KEY,             -- 'alive:<cardholder_id>' or 'usos:<user id>'
    id_card   TEXT NOT NULL UNIQUE,         -- uuid, lower case
    ean       TEXT UNIQUE CHECK (length(ean) = 13),
    linked_at BIGINT NOT NULL               -- UTC milliseconds
);

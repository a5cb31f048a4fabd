-- What was spoiled on the way to a card.
CREATE TABLE spoiled (
    seq       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        BIGINT NOT NULL,              -- UTC milliseconds
    desk      TEXT NOT NULL,
    issue     TEXT NOT NULL,                -- uuid of the issue
    card_type TEXT NOT NULL,
    blank     BIGINT NOT NULL CHECK (blank IN (0, 1)), -- whether a blank card was
    number    TEXT,                         -- the number that was, if one was
    reason    TEXT NOT NULL,                -- a code
    CHECK (blank = 1 OR number IS NOT NULL)
);
CREATE INDEX spoiled_by_time ON spoiled (at);

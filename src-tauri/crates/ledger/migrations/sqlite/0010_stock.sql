-- The card numbers that the university owns (ALIVE's mode REPORT), in the order in which they are given out.
CREATE TABLE stock (
    position   INTEGER PRIMARY KEY AUTOINCREMENT,
    number     TEXT NOT NULL UNIQUE,        -- upper case, no spaces: as it is sent
    card_type  TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('free', 'leased', 'sent', 'used', 'spoiled', 'returned')),
    desk       TEXT,                        -- whose lease it is, or who has sent it
    reason     TEXT,                        -- why it is spoiled, a code
    changed_at INTEGER NOT NULL,            -- UTC milliseconds, of the last change of state
    used_at    INTEGER,                     -- UTC milliseconds, when a desk last issued a card with it
    CHECK (state NOT IN ('leased', 'sent') OR desk IS NOT NULL),
    CHECK ((state = 'spoiled') = (reason IS NOT NULL))
);
CREATE INDEX stock_free ON stock (card_type, position) WHERE state = 'free';
CREATE INDEX stock_of_a_desk ON stock (desk, card_type, position) WHERE state IN ('leased', 'sent');
CREATE INDEX stock_used ON stock (card_type, used_at) WHERE used_at IS NOT NULL;

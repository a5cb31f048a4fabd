-- The journal of several desks: whose change it is, which number it puts on a card, and an order that no clock
-- can turn round. The table is made anew, since a key can't be added.
CREATE TABLE change_anew (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,     -- uuid, drawn by the desk
    written_at    INTEGER NOT NULL,         -- UTC milliseconds
    desk          TEXT NOT NULL,            -- '' of changes that were written before there were several desks
    endpoint      TEXT NOT NULL,            -- the register's own name of the call
    cardholder_id INTEGER,                  -- NULL while a person is not created yet
    card_id       INTEGER,
    number        TEXT,                     -- of the stock, where the change puts it on a card
    body_hash     TEXT NOT NULL,            -- SHA-256 of the body as it is sent, hexadecimal
    body          BLOB,                     -- the body itself; NULL once the person has been erased
    before        TEXT,                     -- the record as it was read just before, JSON; NULL as above
    reason        TEXT,                     -- the clerk's reason, a code
    state         TEXT NOT NULL,            -- written, sent, done, refused, unknown, undone
    changed_at    INTEGER NOT NULL          -- UTC milliseconds, of the last change of state
);
INSERT INTO change_anew (id, written_at, desk, endpoint, cardholder_id, card_id, body_hash, body, before, reason,
                         state, changed_at)
SELECT id, written_at, '', endpoint, cardholder_id, card_id, body_hash, body, before, reason, state, changed_at
FROM change ORDER BY rowid;
DROP TABLE change;
ALTER TABLE change_anew RENAME TO change;
CREATE INDEX change_open ON change (seq) WHERE state IN ('written', 'sent', 'unknown');
CREATE INDEX change_by_cardholder ON change (cardholder_id, seq);
CREATE INDEX change_by_time ON change (written_at);
-- A number is on its way to one card at a time.
CREATE UNIQUE INDEX change_of_a_number ON change (number)
    WHERE number IS NOT NULL AND state IN ('written', 'sent', 'unknown');

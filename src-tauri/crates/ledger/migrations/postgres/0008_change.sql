-- The journal: every change of a register, written down before it is sent, and how it ended.
CREATE TABLE change (
    seq           BIGINT GENERATED ALWAYS AS IDENTITY,
    id            TEXT PRIMARY KEY,         -- uuid, drawn by the desk
    written_at    BIGINT NOT NULL,          -- UTC milliseconds
    endpoint      TEXT NOT NULL,            -- the register's own name of the call
    cardholder_id BIGINT,                   -- NULL while a person is not created yet
    card_id       BIGINT,
    body_hash     TEXT NOT NULL,            -- SHA-256 of the body as it is sent, hexadecimal
    body          BYTEA,                    -- the body itself; NULL once the person has been erased
    before        TEXT,                     -- the record as it was read just before, JSON; NULL as above
    reason        TEXT,                     -- the clerk's reason, a code
    state         TEXT NOT NULL,            -- written, sent, done, refused, unknown, undone
    changed_at    BIGINT NOT NULL           -- UTC milliseconds, of the last change of state
);
CREATE INDEX change_open ON change (written_at) WHERE state IN ('written', 'sent', 'unknown');
CREATE INDEX change_by_cardholder ON change (cardholder_id, written_at);

-- Settings that all desks at this ledger share.
CREATE TABLE shared (
    name  TEXT PRIMARY KEY,
    value TEXT,                             -- NULL where it was taken away
    desk  TEXT NOT NULL,                    -- which desk set it last
    at    BIGINT NOT NULL                   -- UTC milliseconds
);

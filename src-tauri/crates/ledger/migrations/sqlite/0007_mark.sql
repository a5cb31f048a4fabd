-- How far the index has come.
CREATE TABLE mark (
    name TEXT PRIMARY KEY,
    at   INTEGER NOT NULL                   -- UTC milliseconds
) WITHOUT ROWID;

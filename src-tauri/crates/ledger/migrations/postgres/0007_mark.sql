-- How far the index has come.
CREATE TABLE mark (
    name TEXT PRIMARY KEY,
    at   BIGINT NOT NULL                    -- UTC milliseconds
);

-- A photo as it was before a change overwrote it.
CREATE TABLE photo (
    change     TEXT PRIMARY KEY REFERENCES change (id),
    media_type TEXT NOT NULL,
    bytes      BLOB NOT NULL
);

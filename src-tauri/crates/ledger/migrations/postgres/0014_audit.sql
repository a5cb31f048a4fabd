-- Who did what, each row chained to the one before by its hash. The numbers have no gap.
CREATE TABLE audit (
    seq    BIGINT PRIMARY KEY,
    at     BIGINT NOT NULL,                 -- UTC milliseconds
    desk   TEXT NOT NULL,
    what   TEXT NOT NULL,                   -- a code
    about  TEXT,                            -- 'alive:<cardholder_id>' or 'usos:<user id>'
    plain  TEXT,                            -- detail that is about nobody
    sealed BYTEA,                           -- detail under the person's key (audit_key): nonce, XChaCha20-Poly1305
    hash   BYTEA NOT NULL                   -- SHA-256 over the hash before and the other columns
);
CREATE INDEX audit_by_time ON audit (at);

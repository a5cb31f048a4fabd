-- The keys of the people that the audit is about. Without it nobody reads what stands there of a person.
CREATE TABLE audit_key (
    person TEXT PRIMARY KEY,                -- 'alive:<cardholder_id>' or 'usos:<user id>'
    key    BYTEA NOT NULL                   -- 256 bits
);

-- The functions of SQLite that the common SQL uses. Text that is searched or ordered is compared by code points
-- (COLLATE "C"), as SQLite does, whatever the server's language is.
CREATE FUNCTION json_each(list TEXT) RETURNS TABLE (value JSONB, atom TEXT) LANGUAGE sql IMMUTABLE
    AS $$ SELECT item, item #>> '{}' FROM jsonb_array_elements(list::jsonb) AS item $$;
CREATE FUNCTION json_quote(word TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $$ SELECT to_json(word)::text $$;
CREATE FUNCTION instr(word TEXT, part TEXT) RETURNS INTEGER LANGUAGE sql IMMUTABLE AS $$ SELECT strpos(word, part) $$;

-- One row for each cardholder that ALIVE has listed: no more than the search and the offline view need.
CREATE TABLE person (
    cardholder_id BIGINT PRIMARY KEY,
    degree_before TEXT,
    first_name    TEXT NOT NULL,
    last_name     TEXT NOT NULL,
    degree_after  TEXT,
    date_of_birth TEXT,                     -- yyyy-mm-dd
    personal_id   TEXT,
    external_id   TEXT,
    roles         TEXT NOT NULL,            -- JSON array of words
    seen_at       BIGINT NOT NULL,          -- UTC milliseconds
    personal_key  TEXT COLLATE "C",         -- personal_id in the one spelling that is searched
    words         TEXT COLLATE "C" NOT NULL -- surname '/' first name, folded: what the name index was made from
);
CREATE INDEX person_by_personal_key ON person (personal_key) WHERE personal_key IS NOT NULL;

-- Which USOS user a cardholder is, learnt from taps. Unique both ways.
CREATE TABLE usos_link (
    cardholder_id BIGINT PRIMARY KEY,
    usos_user     TEXT NOT NULL UNIQUE,
    learnt_at     BIGINT NOT NULL           -- UTC milliseconds
);

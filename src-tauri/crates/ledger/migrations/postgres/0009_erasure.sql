-- People who are to be anonymised as soon as their last card has expired.
CREATE TABLE erasure (
    cardholder_id BIGINT PRIMARY KEY,
    planned_at    BIGINT NOT NULL,          -- UTC milliseconds
    asked_at      BIGINT                    -- UTC milliseconds: when the register accepted it
);

-- The journal of several desks: whose change it is, which number it puts on a card, and an order that no clock
-- can turn round.
ALTER TABLE change ADD COLUMN desk TEXT NOT NULL DEFAULT ''; -- '' of changes from before there were several desks
ALTER TABLE change ALTER COLUMN desk DROP DEFAULT;
ALTER TABLE change ADD COLUMN number TEXT;                   -- of the stock, where the change puts it on a card
DROP INDEX change_open;
DROP INDEX change_by_cardholder;
CREATE INDEX change_open ON change (seq) WHERE state IN ('written', 'sent', 'unknown');
CREATE INDEX change_by_cardholder ON change (cardholder_id, seq);
CREATE INDEX change_by_time ON change (written_at);
-- A number is on its way to one card at a time.
CREATE UNIQUE INDEX change_of_a_number ON change (number)
    WHERE number IS NOT NULL AND state IN ('written', 'sent', 'unknown');

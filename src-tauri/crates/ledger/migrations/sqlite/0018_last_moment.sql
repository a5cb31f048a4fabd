-- The newest time in the journal, for a desk whose clock was set back.
CREATE INDEX change_by_last_step ON change (changed_at);

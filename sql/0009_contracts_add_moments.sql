-- Which contracts start or end next, without a look at all of them.
ALTER TABLE contracts
    ADD INDEX IF NOT EXISTS contracts_by_start (starts_at),
    ADD INDEX IF NOT EXISTS contracts_by_end (ends_at);

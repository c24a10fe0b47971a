-- Why somebody did it: a contract that goes on says no more why it was stopped.
ALTER TABLE contract_versions ADD COLUMN IF NOT EXISTS reason varchar(500) NULL;

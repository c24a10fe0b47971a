-- All wallets, or all accounts of a unit, without a walk through those of every other kind.
CREATE INDEX IF NOT EXISTS ledger_accounts_kind ON ledger_accounts (kind, unit, id);

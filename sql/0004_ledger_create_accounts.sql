CREATE TABLE IF NOT EXISTS ledger_accounts (
    id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    owner varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    unit varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- Below it nothing may become available; an account without one is never refused anything.
    floor bigint NULL,
    balance bigint NOT NULL DEFAULT 0,
    held bigint NOT NULL DEFAULT 0,
    sequence bigint NOT NULL DEFAULT 0,
    head binary(32) NOT NULL DEFAULT 0x0000000000000000000000000000000000000000000000000000000000000000,
    -- Of the newest posting: no later one is dated before it.
    last_at datetime(3) NOT NULL DEFAULT '2000-01-01',
    created_at datetime(3) NOT NULL DEFAULT '2000-01-01',
    UNIQUE KEY ledger_accounts_owner (owner, kind, unit)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS ledger_transfers (
    id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    kind varchar(40) CHARACTER SET ascii NOT NULL,
    reference varchar(64) CHARACTER SET ascii NOT NULL,
    note varchar(500) NULL,
    idempotency_key varchar(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    reverses char(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
    at datetime(3) NOT NULL,
    KEY ledger_transfers_reference (reference),
    KEY ledger_transfers_reverses (reverses)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS ledger_postings (
    account_id bigint NOT NULL,
    sequence bigint NOT NULL,
    transfer_id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount bigint NOT NULL,
    balance_after bigint NOT NULL,
    at datetime(3) NOT NULL,
    hash binary(32) NOT NULL,
    PRIMARY KEY (account_id, sequence),
    KEY ledger_postings_transfer (transfer_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- What was posted to accounts without a floor and is not in their chains yet: nobody had to lock
-- the account for it. The balance of such an account is its chain's and these.
CREATE TABLE IF NOT EXISTS ledger_loose_postings (
    id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account_id bigint NOT NULL,
    transfer_id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount bigint NOT NULL,
    at datetime(3) NOT NULL,
    KEY ledger_loose_postings_account (account_id, at, id),
    KEY ledger_loose_postings_transfer (transfer_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS ledger_holds (
    id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    account_id bigint NOT NULL,
    amount bigint NOT NULL,
    kind varchar(40) CHARACTER SET ascii NOT NULL,
    reference varchar(64) CHARACTER SET ascii NOT NULL,
    status enum('held', 'posted', 'voided', 'expired') NOT NULL DEFAULT 'held',
    transfer_id char(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
    created_at datetime(3) NOT NULL,
    expires_at datetime(3) NULL,
    ended_at datetime(3) NULL,
    KEY ledger_holds_account (account_id, created_at),
    KEY ledger_holds_expiry (status, expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TRIGGER IF NOT EXISTS ledger_postings_no_update BEFORE UPDATE ON ledger_postings
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'postings are append-only';

CREATE TRIGGER IF NOT EXISTS ledger_postings_no_delete BEFORE DELETE ON ledger_postings
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'postings are append-only';

CREATE TRIGGER IF NOT EXISTS ledger_loose_postings_no_update
BEFORE UPDATE ON ledger_loose_postings
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'postings are append-only';

CREATE TRIGGER IF NOT EXISTS ledger_transfers_no_update BEFORE UPDATE ON ledger_transfers
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'transfers are append-only';

CREATE TRIGGER IF NOT EXISTS ledger_transfers_no_delete BEFORE DELETE ON ledger_transfers
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'transfers are append-only';

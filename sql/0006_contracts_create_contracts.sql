-- The usual collation of utf8mb4 would take all emoji for one: codes, and what is searched for.
CREATE TABLE IF NOT EXISTS contracts (
    id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    code varchar(64) NOT NULL,
    title varchar(200) NOT NULL,
    customer varchar(200) NULL,
    unit varchar(40) NOT NULL,
    -- What may still be shipped, and what was: both are kept by the ledger and nowhere else.
    quota_account bigint NOT NULL,
    shipped_account bigint NOT NULL,
    -- Expired is what has passed its end; only what somebody or something did is kept here.
    status enum('active', 'blocked', 'locked') NOT NULL DEFAULT 'active',
    lock_reason varchar(500) NULL,
    alert_percents text CHARACTER SET ascii NOT NULL,
    notify_emails text NOT NULL,
    starts_at datetime(3) NULL,
    ends_at datetime(3) NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    UNIQUE KEY contracts_code (code),
    KEY contracts_by_age (created_at, id),
    KEY contracts_by_status (status, created_at, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE IF NOT EXISTS contract_versions (
    contract_id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version bigint NOT NULL,
    action varchar(40) CHARACTER SET ascii NOT NULL,
    actor_id varchar(64) CHARACTER SET ascii NOT NULL,
    actor_name varchar(254) NOT NULL,
    at datetime(3) NOT NULL,
    contract mediumtext NOT NULL,
    PRIMARY KEY (contract_id, version)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

-- Crossing a percentage is told once, however often it is crossed.
CREATE TABLE IF NOT EXISTS contract_alerts (
    contract_id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    percent int NOT NULL,
    at datetime(3) NOT NULL,
    PRIMARY KEY (contract_id, percent)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE IF NOT EXISTS shipments (
    id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    contract_id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    quantity bigint NOT NULL,
    status enum('accepted', 'blocked', 'cancelled') NOT NULL,
    -- Why it was blocked: the code that its caller was given.
    reason varchar(40) CHARACTER SET ascii NULL,
    reference varchar(100) NULL,
    destination varchar(200) NULL,
    transfer_id char(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
    created_by varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at datetime(3) NOT NULL,
    cancelled_by varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    cancelled_at datetime(3) NULL,
    cancel_reason varchar(500) NULL,
    KEY shipments_by_age (created_at, id),
    KEY shipments_by_contract (contract_id, created_at, id),
    KEY shipments_by_person (created_by, created_at, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

-- What was answered to a request with an Idempotency-Key, so that a repeat receives it again.
-- scope is the SHA-256 of caller, path and key; status is NULL while the first is being answered.
CREATE TABLE IF NOT EXISTS idempotency_keys (
    scope binary(32) NOT NULL,
    body_hash binary(32) NOT NULL,
    status smallint NULL,
    headers text NULL,
    body mediumblob NULL,
    created_at datetime(3) NOT NULL,
    PRIMARY KEY (scope),
    KEY idempotency_keys_created_at (created_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- Keys come in no order, so that each goes to a page of its own: they stay small, and what was
-- answered is appended to a table in the order of time. Keys of before are forgotten.
DROP TABLE IF EXISTS idempotency_keys;

-- scope is the SHA-256 of caller, path and key.
CREATE TABLE IF NOT EXISTS idempotency_keys (
    scope binary(32) NOT NULL PRIMARY KEY,
    body_hash binary(32) NOT NULL,
    -- There is none while the first is being answered.
    answer_id char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at datetime(3) NOT NULL,
    KEY idempotency_keys_created_at (created_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS idempotency_answers (
    -- A ULID: it begins with the time of its key.
    id char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    status smallint NOT NULL,
    headers text NOT NULL,
    body mediumblob NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

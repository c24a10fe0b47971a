-- What is answered together is one row: each answer is a line of JSON (place, status, headers and
-- length of the body) and the body behind it.
ALTER TABLE idempotency_keys
    CHANGE COLUMN IF EXISTS answer_id batch_id char(26)
        CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ADD COLUMN IF NOT EXISTS place smallint NOT NULL DEFAULT 0;

CREATE TABLE IF NOT EXISTS idempotency_batches (
    -- A ULID: it begins with the time of its keys.
    id char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    answers mediumblob NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

INSERT IGNORE INTO idempotency_batches (id, answers)
SELECT id, CONCAT(
    '{"place":0,"status":', status, ',"headers":', headers, ',"length":', LENGTH(body), '}\n', body
) FROM idempotency_answers;

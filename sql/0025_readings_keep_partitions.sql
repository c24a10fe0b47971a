-- What devices sent and could not be taken, with what was wrong with it.
CREATE TABLE IF NOT EXISTS dead_letters (
    id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    kind enum ('reading', 'energy') NOT NULL,
    -- How it came.
    source enum ('http', 'mqtt') NOT NULL,
    device_id char(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
    serial_number varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- The code of the first thing that is wrong with it.
    reason varchar(40) CHARACTER SET ascii NOT NULL,
    errors text NOT NULL,
    payload mediumtext NOT NULL,
    received_at datetime(3) NOT NULL,
    tries int NOT NULL DEFAULT 0,
    tried_at datetime(3) NULL,
    KEY dead_letters_by_age (received_at, id),
    KEY dead_letters_by_device (device_id, received_at, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

-- Cuts days or months out of `later` up to a moment, and drops those that ended before another.
-- The serving user may execute this and nothing else of the kind: with the rights of its definer it
-- changes the partitions of these tables, and never drops what is younger than 30 days.
CREATE OR REPLACE PROCEDURE keep_partitions(
    IN wanted_table varchar(64) CHARACTER SET ascii,
    IN made_until datetime,
    IN dropped_before datetime
)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
    DECLARE is_daily boolean DEFAULT wanted_table IN ('readings', 'energy_readings');
    DECLARE bound date;
    DECLARE next_bound date;
    DECLARE made int DEFAULT 0;
    DECLARE dropped int DEFAULT 0;
    DECLARE parts mediumtext DEFAULT '';

    IF NOT is_daily AND wanted_table NOT IN ('reading_rollups', 'energy_rollups') THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not a table whose partitions are kept';
    END IF;

    SELECT MAX(TRIM(BOTH '''' FROM partition_description)) INTO bound
    FROM information_schema.partitions
    WHERE table_schema = DATABASE() AND table_name = wanted_table
        AND partition_description <> 'MAXVALUE';
    -- At first: nothing is taken that is older than a week, and 30 days are in the first charts.
    SET bound = COALESCE(bound, IF(is_daily, UTC_DATE() - INTERVAL 8 DAY,
        DATE_FORMAT(UTC_DATE() - INTERVAL 1 MONTH, '%Y-%m-01')));
    WHILE bound < made_until DO
        SET next_bound = bound + INTERVAL IF(is_daily, 1, 0) DAY + INTERVAL IF(is_daily, 0, 1) MONTH;
        SET parts = CONCAT(parts, 'PARTITION ', IF(is_daily, 'd', 'm'),
            DATE_FORMAT(bound, IF(is_daily, '%Y%m%d', '%Y%m')),
            ' VALUES LESS THAN (''', next_bound, '''), ');
        SET bound = next_bound;
        SET made = made + 1;
    END WHILE;
    IF made > 0 THEN
        EXECUTE IMMEDIATE CONCAT('ALTER TABLE ', wanted_table, ' REORGANIZE PARTITION later INTO (',
            parts, 'PARTITION later VALUES LESS THAN (MAXVALUE))');
    END IF;

    SELECT GROUP_CONCAT(partition_name), COUNT(*) INTO parts, dropped
    FROM information_schema.partitions
    WHERE table_schema = DATABASE() AND table_name = wanted_table
        AND partition_description <> 'MAXVALUE'
        AND CAST(TRIM(BOTH '''' FROM partition_description) AS date)
            <= LEAST(dropped_before, UTC_DATE() - INTERVAL 30 DAY);
    IF dropped > 0 THEN
        EXECUTE IMMEDIATE CONCAT('ALTER TABLE ', wanted_table, ' DROP PARTITION ', parts);
    END IF;
    SELECT made, dropped;
END;

CALL keep_partitions('readings', UTC_TIMESTAMP() + INTERVAL 14 DAY, '2000-01-01');
CALL keep_partitions('energy_readings', UTC_TIMESTAMP() + INTERVAL 14 DAY, '2000-01-01');
CALL keep_partitions('reading_rollups', UTC_TIMESTAMP() + INTERVAL 14 DAY, '2000-01-01');
CALL keep_partitions('energy_rollups', UTC_TIMESTAMP() + INTERVAL 14 DAY, '2000-01-01');

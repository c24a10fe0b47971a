-- The readings of 5 minutes and those of an hour in one row; what is longer is added up from them.
-- Written by the transaction that writes the readings: counts and sums are added to, least and
-- greatest only move outwards, so that it does not matter in which order readings come.
CREATE TABLE IF NOT EXISTS reading_rollups (
    device_number int unsigned NOT NULL,
    -- 5 minutes or an hour.
    length_seconds mediumint unsigned NOT NULL,
    starts_at datetime NOT NULL,
    readings int unsigned NOT NULL,
    temperature_min double NOT NULL,
    temperature_max double NOT NULL,
    temperature_sum double NOT NULL,
    -- The sum of the squares: with it, how far the readings lie from their mean.
    temperature_squares double NOT NULL,
    humidity_readings int unsigned NOT NULL,
    humidity_sum double NOT NULL,
    battery_readings int unsigned NOT NULL,
    battery_sum double NOT NULL,
    PRIMARY KEY (device_number, length_seconds, starts_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4
PARTITION BY RANGE COLUMNS (starts_at) (PARTITION later VALUES LESS THAN (MAXVALUE));

CREATE TABLE IF NOT EXISTS energy_rollups (
    device_number int unsigned NOT NULL,
    type enum ('generation', 'consumption') NOT NULL,
    -- 5 minutes or an hour.
    length_seconds mediumint unsigned NOT NULL,
    starts_at datetime NOT NULL,
    readings int unsigned NOT NULL,
    power_w_min double NOT NULL,
    power_w_max double NOT NULL,
    power_w_sum double NOT NULL,
    power_w_squares double NOT NULL,
    energy_wh bigint NOT NULL,
    PRIMARY KEY (device_number, type, length_seconds, starts_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4
PARTITION BY RANGE COLUMNS (starts_at) (PARTITION later VALUES LESS THAN (MAXVALUE));

-- What devices measured. A row is written once and never changed; a day goes as a whole.
-- Everything is `later` until the days are cut out of it (0023).
CREATE TABLE IF NOT EXISTS readings (
    device_number int unsigned NOT NULL,
    recorded_at datetime(3) NOT NULL,
    temperature double NOT NULL,
    humidity double NULL,
    battery_level double NULL,
    has_power tinyint NULL,
    is_door_open tinyint NULL,
    PRIMARY KEY (device_number, recorded_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4
PARTITION BY RANGE COLUMNS (recorded_at) (PARTITION later VALUES LESS THAN (MAXVALUE));

CREATE TABLE IF NOT EXISTS energy_readings (
    device_number int unsigned NOT NULL,
    recorded_at datetime(3) NOT NULL,
    type enum ('generation', 'consumption') NOT NULL,
    power_w double NOT NULL,
    energy_wh bigint NOT NULL,
    voltage_v double NULL,
    current_a double NULL,
    temperature double NULL,
    PRIMARY KEY (device_number, recorded_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4
PARTITION BY RANGE COLUMNS (recorded_at) (PARTITION later VALUES LESS THAN (MAXVALUE));

-- What was learned from the roll-ups of a device, as the code writes it; made anew every day.
CREATE TABLE IF NOT EXISTS device_models (
    device_number int unsigned NOT NULL PRIMARY KEY,
    -- The same as in the device's row.
    trained_at datetime(3) NOT NULL,
    model mediumblob NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

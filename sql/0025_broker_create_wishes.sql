-- What the broker is still to be told of devices: who may connect, and with which key.
-- One row a device, the newest wish: it is deleted when the broker has it.
CREATE TABLE IF NOT EXISTS broker_wishes (
    serial_number varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    -- Tells a wish from a newer one of the same device.
    id char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- The device's key, sealed; NULL: the device has no access from now on.
    sealed_key varchar(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    failures int NOT NULL DEFAULT 0,
    next_attempt_at datetime(3) NOT NULL,
    last_error varchar(500) NULL,
    created_at datetime(3) NOT NULL,
    KEY broker_wishes_due (next_attempt_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

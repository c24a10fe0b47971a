-- What is wrong with a device, from when until when.
CREATE TABLE IF NOT EXISTS alerts (
    id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    type enum ('HIGH_TEMP', 'LOW_TEMP', 'POWER_LOSS', 'DOOR_OPEN', 'LOW_BATTERY', 'SENSOR_ERROR',
        'ANOMALY') NOT NULL,
    severity enum ('warning', 'critical') NOT NULL,
    status enum ('ACTIVE', 'ACKNOWLEDGED', 'RESOLVED') NOT NULL DEFAULT 'ACTIVE',
    device_number int unsigned NOT NULL,
    device_id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- Where the device stood, and whose it was, when this began.
    cold_cell_id char(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
    organisation_id char(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
    value double NULL,
    threshold double NULL,
    -- What stood out, of an anomaly.
    explanation varchar(500) NULL,
    count bigint NOT NULL DEFAULT 1,
    -- By the readings' own time.
    triggered_at datetime(3) NOT NULL,
    last_triggered_at datetime(3) NOT NULL,
    acknowledged_at datetime(3) NULL,
    acknowledged_by varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    resolved_at datetime(3) NULL,
    resolved_by varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    note varchar(500) NULL,
    escalation_level int NOT NULL DEFAULT 0,
    -- When it becomes more urgent; nothing when it is resolved, or cannot.
    escalates_at datetime(3) NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at datetime(3) NOT NULL,
    -- One that is not resolved, of each type, at a device.
    open_device int unsigned AS (IF(status <> 'RESOLVED', device_number, NULL)) STORED,
    UNIQUE KEY alerts_open (open_device, type),
    KEY alerts_by_age (triggered_at, id),
    KEY alerts_by_organisation (organisation_id, triggered_at, id),
    KEY alerts_by_cell (cold_cell_id, triggered_at, id),
    KEY alerts_by_device (device_id, triggered_at, id),
    KEY alerts_by_status (status, triggered_at, id),
    KEY alerts_by_escalation (escalates_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

-- Devices with which something is wrong, or may soon be: all others have no row here.
CREATE TABLE IF NOT EXISTS alert_watches (
    device_number int unsigned NOT NULL PRIMARY KEY,
    -- The newest reading that was judged, by its own time; nothing for a moment, as it is made.
    seen_at datetime(3) NULL,
    door_open_since datetime(3) NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- What people are still to be written about.
CREATE TABLE IF NOT EXISTS alert_notices (
    number bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    alert_id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind enum ('raised', 'escalated', 'resolved') NOT NULL,
    at datetime(3) NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

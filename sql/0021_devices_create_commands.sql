-- What devices are told to do, and what they said to it.
CREATE TABLE IF NOT EXISTS commands (
    id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,      -- cmd_
    device_number int unsigned NOT NULL,
    device_id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    command varchar(64) CHARACTER SET ascii NOT NULL,
    params mediumtext NOT NULL,
    status enum ('queued', 'sent', 'acknowledged', 'failed', 'expired') NOT NULL,
    created_by char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    queued_at datetime(3) NOT NULL,
    sent_at datetime(3) NULL,
    acknowledged_at datetime(3) NULL,
    result mediumtext NULL,
    expires_at datetime(3) NOT NULL,
    KEY commands_by_device (device_number, status, id),
    KEY commands_by_age (device_number, queued_at, id),
    KEY commands_by_expiry (status, expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

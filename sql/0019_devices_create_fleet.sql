-- Where cold cells stand.
CREATE TABLE IF NOT EXISTS locations (
    id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,      -- loc_
    organisation_id char(30) CHARACTER SET ascii NOT NULL,
    name varchar(200) NOT NULL,
    address varchar(500) NULL,
    latitude double NULL,
    longitude double NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at datetime(3) NOT NULL,
    KEY locations_by_organisation (organisation_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE IF NOT EXISTS cold_cells (
    id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,      -- cel_
    location_id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    organisation_id char(30) CHARACTER SET ascii NOT NULL,                        -- its location's
    name varchar(200) NOT NULL,
    min_temperature double NOT NULL,
    max_temperature double NOT NULL,
    offline_after_seconds int NOT NULL DEFAULT 900,
    -- No alert is raised before it is over: somebody works there.
    silenced_until datetime(3) NULL,
    silence_reason varchar(500) NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at datetime(3) NOT NULL,
    KEY cold_cells_by_location (location_id, id),
    KEY cold_cells_by_organisation (organisation_id, id),
    CONSTRAINT cold_cells_location FOREIGN KEY (location_id) REFERENCES locations (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE IF NOT EXISTS devices (
    -- Short, for the millions of rows that name it.
    number int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,                   -- dev_
    serial_number varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind enum ('coldcell', 'solar', 'meter') NOT NULL,
    organisation_id char(30) CHARACTER SET ascii NULL,
    cold_cell_id char(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
    owner_id char(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
    firmware_version varchar(64) NULL,
    -- SHA-256 of the key; the key itself is shown once and kept nowhere.
    key_digest binary(32) NOT NULL,
    -- Written now and then, never for each reading: what is newer is in Redis.
    last_seen_at datetime(3) NULL,
    is_online tinyint NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 1,
    created_at datetime(3) NOT NULL,
    -- Deleted: keeps its readings, and its serial number may be registered again.
    deleted_at datetime(3) NULL,
    live_serial varchar(64) CHARACTER SET ascii COLLATE ascii_bin
        AS (IF(deleted_at IS NULL, serial_number, NULL)) STORED,
    UNIQUE KEY devices_id (id),
    UNIQUE KEY devices_live_serial (live_serial),
    KEY devices_by_cell (cold_cell_id),
    KEY devices_by_organisation (organisation_id, id),
    KEY devices_by_owner (owner_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

-- One row. Whoever changes what processes remember of devices and cold cells raises it, so that they
-- forget.
CREATE TABLE IF NOT EXISTS fleet_version (
    id tinyint NOT NULL PRIMARY KEY,
    version bigint NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

INSERT IGNORE INTO fleet_version (id, version) VALUES (1, 1);

-- What was written with a change and has no place in the order yet; the relay moves it on.
CREATE TABLE IF NOT EXISTS outbox (
    -- In the order of writing, which is not that of committing.
    number bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    type varchar(64) CHARACTER SET ascii NOT NULL,
    -- All that it belongs to, each between blanks.
    topics varchar(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- Of whom it tells, for the rights of those who follow.
    user_id varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    organisation_id char(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
    data mediumtext NOT NULL,
    source varchar(100) NOT NULL,
    at datetime(3) NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- The one order: positions have no gaps, and nothing here is ever changed.
CREATE TABLE IF NOT EXISTS events (
    position bigint NOT NULL PRIMARY KEY,
    id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    type varchar(64) CHARACTER SET ascii NOT NULL,
    topics varchar(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    organisation_id char(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
    data mediumtext NOT NULL,
    source varchar(100) NOT NULL,
    at datetime(3) NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- The newest position: it stays when the events themselves are deleted.
CREATE TABLE IF NOT EXISTS event_position (
    id tinyint NOT NULL PRIMARY KEY,
    last bigint NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

INSERT IGNORE INTO event_position (id, last) VALUES (1, 0);

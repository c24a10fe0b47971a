CREATE TABLE IF NOT EXISTS events (
    -- In the order of writing, which is not that of committing: the position is what counts.
    number bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    position bigint NULL,
    id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    type varchar(64) CHARACTER SET ascii NOT NULL,
    -- All that it belongs to, each between blanks.
    topics varchar(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- Of whom it tells, for the rights of those who follow.
    user_id varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    organisation_id char(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
    data mediumtext NOT NULL,
    source varchar(100) NOT NULL,
    at datetime(3) NOT NULL,
    UNIQUE KEY events_position (position)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS leases (
    duty varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    -- One life of one process; empty when nobody has it.
    holder varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- Where it runs, for people.
    place varchar(200) NOT NULL,
    -- Every confirmation writes here: what writes nothing is not seen by the other nodes of a
    -- cluster, and could not be refused there.
    beats bigint NOT NULL,
    held_since datetime(3) NOT NULL,
    expires_at datetime(3) NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

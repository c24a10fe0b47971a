-- A ticket opens one stream for whoever made it: a browser's EventSource can show nothing else.
CREATE TABLE IF NOT EXISTS stream_tickets (
    digest binary(32) NOT NULL PRIMARY KEY,
    user_id varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- What its maker's rights rest on: a session, a key, or a token that the operator signed.
    session_id char(30) CHARACTER SET ascii NULL,
    key_digest binary(32) NULL,
    roles varchar(200) CHARACTER SET ascii NOT NULL,
    rights_version bigint NOT NULL,
    rights_end_at datetime(3) NULL,
    expires_at datetime(3) NOT NULL,
    KEY stream_tickets_by_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

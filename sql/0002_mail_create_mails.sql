-- Mails, written in the transaction of what they tell about and sent by the courier.
-- A row is due when it is queued, next_attempt_at is over and nobody holds it until claimed_until.
-- What is sent keeps no data: links in it are as good as passwords.
CREATE TABLE IF NOT EXISTS mails (
    id char(30) CHARACTER SET ascii NOT NULL,
    recipient varchar(254) NOT NULL,
    recipient_name varchar(200) NULL,
    template varchar(64) CHARACTER SET ascii NOT NULL,
    locale varchar(35) CHARACTER SET ascii NOT NULL,
    data mediumtext NOT NULL CHECK (json_valid(data)),
    status enum ('queued', 'sent', 'dead') NOT NULL DEFAULT 'queued',
    attempts int NOT NULL DEFAULT 0,
    next_attempt_at datetime(3) NOT NULL,
    claimed_until datetime(3) NULL,
    last_error varchar(500) NULL,
    sent_at datetime(3) NULL,
    created_at datetime(3) NOT NULL,
    PRIMARY KEY (id),
    KEY mails_due (status, next_attempt_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

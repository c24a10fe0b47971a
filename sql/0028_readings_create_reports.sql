-- Of which day somebody was written last, or would have been if there had been something to say.
CREATE TABLE IF NOT EXISTS daily_reports (
    user_id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    -- As calendars show it where they are: 2026-03-01.
    day char(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- What was resolved on a day is counted for organisations.
ALTER TABLE alerts
    ADD KEY IF NOT EXISTS alerts_by_resolution (organisation_id, resolved_at);

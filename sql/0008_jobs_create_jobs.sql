-- What is done by itself at its times, a row each.
CREATE TABLE IF NOT EXISTS jobs (
    name varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    -- It is due when this is over: at its time, or sooner after it failed.
    next_at datetime(3) NOT NULL,
    -- Somebody wants it now, whatever its time.
    asked_at datetime(3) NULL,
    asked_by varchar(64) CHARACTER SET ascii NULL,
    asked_name varchar(254) NULL,
    -- When there was nothing to do: that is no run.
    looked_at datetime(3) NULL,
    last_run char(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
    succeeded_at datetime(3) NULL,
    -- In a row.
    failures int NOT NULL DEFAULT 0,
    runs_total bigint NOT NULL DEFAULT 0,
    failures_total bigint NOT NULL DEFAULT 0,
    -- How far a job has come that goes along time.
    mark datetime(3) NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS job_runs (
    id char(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    job varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status enum('running', 'done', 'alarm', 'failed', 'interrupted') NOT NULL,
    -- Nobody, when its time had come.
    asked_by varchar(64) CHARACTER SET ascii NULL,
    asked_name varchar(254) NULL,
    place varchar(200) NOT NULL,
    started_at datetime(3) NOT NULL,
    ended_at datetime(3) NULL,
    text varchar(1000) NOT NULL DEFAULT '',
    KEY job_runs_by_job (job, started_at, id),
    KEY job_runs_by_status (status)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

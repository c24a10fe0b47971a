-- What is learned from a device's past, and when it was looked at last to learn from it.
ALTER TABLE devices
    ADD COLUMN IF NOT EXISTS examined_at datetime(3) NULL,
    -- Of its model; nothing without one. Whoever reads the row knows whether theirs is the newest.
    ADD COLUMN IF NOT EXISTS trained_at datetime(3) NULL,
    ADD KEY IF NOT EXISTS devices_by_examination (deleted_at, examined_at);

-- A device that said that it goes, or whose broker said so: offline at once, while it may still turn
-- out to be silent for too long.
ALTER TABLE devices ADD COLUMN IF NOT EXISTS left_at datetime(3) NULL AFTER is_online;

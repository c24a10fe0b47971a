CREATE INDEX IF NOT EXISTS shipments_by_reference ON shipments (reference);

-- They are lines now.
DROP TABLE IF EXISTS outbox;

DROP TABLE IF EXISTS events;

-- They lie in idempotency_batches now.
DROP TABLE IF EXISTS idempotency_answers;

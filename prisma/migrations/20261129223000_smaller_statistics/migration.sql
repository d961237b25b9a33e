-- PostgreSQL looks at a sample of a table each time that a tenth of it is new, and keeps whoever writes from the processor
-- meanwhile. These two tables grow with each message. No statement searches for the columns without statistics, and
-- the sample gets smaller with the number of values that are kept of the others (100 by default).
ALTER TABLE "events"
ALTER COLUMN "data" SET STATISTICS 0,
ALTER COLUMN "stream_id" SET STATISTICS 30,
ALTER COLUMN "version" SET STATISTICS 30,
ALTER COLUMN "type" SET STATISTICS 30,
ALTER COLUMN "schema_version" SET STATISTICS 30,
ALTER COLUMN "actor_kind" SET STATISTICS 30,
ALTER COLUMN "actor_id" SET STATISTICS 30,
ALTER COLUMN "occurred_at" SET STATISTICS 30,
ALTER COLUMN "idempotency_key" SET STATISTICS 30,
ALTER COLUMN "position" SET STATISTICS 30;

ALTER TABLE "messages"
ALTER COLUMN "message_id" SET STATISTICS 0,
ALTER COLUMN "content" SET STATISTICS 0,
ALTER COLUMN "client_message_id" SET STATISTICS 0,
ALTER COLUMN "sent_at" SET STATISTICS 0,
ALTER COLUMN "consultation_id" SET STATISTICS 30,
ALTER COLUMN "seq" SET STATISTICS 30,
ALTER COLUMN "sender" SET STATISTICS 30;

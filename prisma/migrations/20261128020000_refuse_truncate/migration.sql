-- Nor is it emptied by mistake. Only the tables' owner can switch a trigger off, and the role that serves is not that one.
CREATE TRIGGER "events_are_not_truncated" BEFORE TRUNCATE ON "events"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_event_change"();
CREATE TRIGGER "access_log_is_not_truncated" BEFORE TRUNCATE ON "access_log"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_access_log_change"();

-- One row that is written to find out whether anything can be. Its padding is stored as it is, in pages of its own.
-- CreateTable
CREATE TABLE "write_probe" (
    "id" INTEGER NOT NULL,
    "written_at" TIMESTAMPTZ(3) NOT NULL,
    "padding" TEXT NOT NULL,

    CONSTRAINT "write_probe_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "write_probe" ALTER COLUMN "padding" SET STORAGE EXTERNAL;

INSERT INTO "write_probe" VALUES (1, now(), '');

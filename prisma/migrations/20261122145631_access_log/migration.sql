-- CreateTable
CREATE TABLE "access_log" (
    "at" TIMESTAMPTZ(3) NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "reader_kind" TEXT NOT NULL,
    "reader_id" TEXT NOT NULL,
    "consultation_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,

    CONSTRAINT "access_log_pkey" PRIMARY KEY ("at","id")
);

-- CreateIndex
CREATE INDEX "access_log_consultation_id_at_id_idx" ON "access_log"("consultation_id", "at", "id");

-- CreateIndex
CREATE INDEX "access_log_reader_kind_reader_id_at_id_idx" ON "access_log"("reader_kind", "reader_id", "at", "id");

-- CreateIndex
CREATE INDEX "events_occurred_at_idx" ON "events" USING BRIN ("occurred_at") WITH (autosummarize = on);

-- Who wrote is asked of the streams of their consultations; those who have none are looked up here. A message costs it
-- nothing: it is always somebody's.
CREATE INDEX "events_of_administration_idx" ON "events" ("actor_kind", "actor_id", "occurred_at", "position")
    WHERE "actor_kind" NOT IN ('patient', 'doctor');

-- What was seen stays seen: the access log takes new entries and nothing else. TRUNCATE is left to the owner of the
-- database, and so is removing what has been kept for long enough (docs/operations.md).
CREATE FUNCTION "refuse_access_log_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the access log is append-only';
END
$$;

CREATE TRIGGER "access_log_is_append_only" BEFORE UPDATE OR DELETE ON "access_log"
    FOR EACH ROW EXECUTE FUNCTION "refuse_access_log_change"();

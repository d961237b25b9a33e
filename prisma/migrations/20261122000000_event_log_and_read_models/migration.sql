-- CreateTable
CREATE TABLE "events" (
    "stream_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "schema_version" INTEGER NOT NULL,
    "data" JSONB NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "idempotency_key" TEXT,
    "transaction_id" xid8 NOT NULL DEFAULT pg_current_xact_id(),
    "position" BIGSERIAL NOT NULL,

    CONSTRAINT "events_pkey" PRIMARY KEY ("stream_id","version")
);

-- CreateTable
CREATE TABLE "users" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "registered_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "doctors" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "registered_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "doctors_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "doctor_schedules" (
    "doctor_id" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "day_of_week" INTEGER NOT NULL,
    "start_time" TEXT NOT NULL,
    "end_time" TEXT NOT NULL,

    CONSTRAINT "doctor_schedules_pkey" PRIMARY KEY ("doctor_id","ordinal")
);

-- CreateTable
CREATE TABLE "doctor_date_overrides" (
    "doctor_id" TEXT NOT NULL,
    "date" TEXT NOT NULL,
    "windows" JSONB NOT NULL,

    CONSTRAINT "doctor_date_overrides_pkey" PRIMARY KEY ("doctor_id","date")
);

-- CreateTable
CREATE TABLE "consultations" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "doctor_id" TEXT NOT NULL,
    "is_active" BOOLEAN NOT NULL,
    "status" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "consultations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chats" (
    "consultation_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "chats_pkey" PRIMARY KEY ("consultation_id")
);

-- CreateTable
CREATE TABLE "messages" (
    "consultation_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "message_id" TEXT NOT NULL,
    "sender" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "client_message_id" TEXT,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "messages_pkey" PRIMARY KEY ("consultation_id","seq")
);

-- CreateIndex
CREATE INDEX "events_transaction_id_position_idx" ON "events"("transaction_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "events_stream_id_idempotency_key_key" ON "events"("stream_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "consultations_user_id_id_idx" ON "consultations"("user_id", "id");

-- CreateIndex
CREATE INDEX "consultations_doctor_id_id_idx" ON "consultations"("doctor_id", "id");

-- CreateIndex
CREATE INDEX "consultations_is_active_expires_at_idx" ON "consultations"("is_active", "expires_at");

-- What happened stays: the log takes new events and nothing else. TRUNCATE is left to the owner of the database.
CREATE FUNCTION "refuse_event_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only';
END
$$;

CREATE TRIGGER "events_are_append_only" BEFORE UPDATE OR DELETE ON "events"
    FOR EACH ROW EXECUTE FUNCTION "refuse_event_change"();

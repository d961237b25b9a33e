-- What the inboxes of the two parties show of a consultation. See updateChatsFrom in src/adapters/prisma/projections.ts.
ALTER TABLE "chats" ADD COLUMN     "activity_at" TIMESTAMPTZ(3),
ADD COLUMN     "activity_hour" INTEGER,
ADD COLUMN     "doctor_id" TEXT,
ADD COLUMN     "doctor_unread" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "head_seq" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "is_open" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "last_sender" TEXT,
ADD COLUMN     "user_id" TEXT,
ADD COLUMN     "user_unread" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "waiting_since" TIMESTAMPTZ(3);

-- What was said before.
UPDATE "chats" SET
  "user_id" = c."user_id", "doctor_id" = c."doctor_id", "is_open" = c."is_active",
  "head_seq" = coalesce(m."head_seq", 0), "last_sender" = m."last_sender", "waiting_since" = m."waiting_since",
  "user_unread" = coalesce(m."user_unread", 0), "doctor_unread" = coalesce(m."doctor_unread", 0),
  "activity_at" = coalesce(m."last_at", c."opened_at"),
  "activity_hour" = floor(extract(epoch FROM coalesce(m."last_at", c."opened_at")) / 3600)::int
FROM "consultations" c LEFT JOIN (
  SELECT m."consultation_id", max(m."seq") AS "head_seq",
         (array_agg(m."sender" ORDER BY m."seq" DESC))[1] AS "last_sender",
         (array_agg(m."sent_at" ORDER BY m."seq" DESC))[1] AS "last_at",
         (array_agg(m."sent_at" ORDER BY m."seq") FILTER (WHERE m."seq" > m."answered"))[1] AS "waiting_since",
         count(*) FILTER (WHERE m."sender" = 'doctor' AND m."seq" > chat."user_read_seq") AS "user_unread",
         count(*) FILTER (WHERE m."sender" = 'user' AND m."seq" > chat."doctor_read_seq") AS "doctor_unread"
  FROM (
    SELECT "consultation_id", "seq", "sender", "sent_at",
           coalesce(max("seq") FILTER (WHERE "sender" = 'doctor') OVER (PARTITION BY "consultation_id"), 0) AS "answered"
    FROM "messages"
  ) m JOIN "chats" chat USING ("consultation_id")
  GROUP BY 1
) m ON m."consultation_id" = c."id"
WHERE c."id" = "chats"."consultation_id";

ALTER TABLE "chats" ALTER COLUMN "activity_at" SET NOT NULL,
ALTER COLUMN "activity_hour" SET NOT NULL,
ALTER COLUMN "doctor_id" SET NOT NULL,
ALTER COLUMN "user_id" SET NOT NULL;

-- Room for the next version of a row on its page: a message changes the row, and none of its indexes.
ALTER TABLE "chats" SET (fillfactor = 70);

-- CreateIndex
CREATE INDEX "chats_user_id_activity_hour_idx" ON "chats"("user_id", "activity_hour" DESC);

-- CreateIndex
CREATE INDEX "chats_doctor_id_activity_hour_idx" ON "chats"("doctor_id", "activity_hour" DESC);

-- Those that a doctor has open, however many are not: who waits, and for how long, is asked of them.
CREATE INDEX "chats_doctor_id_open_idx" ON "chats"("doctor_id") WHERE "is_open";

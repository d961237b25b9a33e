-- Lists of people, one person, and the log itself are read as well: such an entry is about no single consultation, and
-- may name the person who was asked about.
ALTER TABLE "access_log" ALTER COLUMN "consultation_id" DROP NOT NULL;
ALTER TABLE "access_log" ADD COLUMN "subject_kind" TEXT, ADD COLUMN "subject_id" TEXT;
ALTER TABLE "access_log" ADD CONSTRAINT "access_log_subject_is_whole"
    CHECK (("subject_kind" IS NULL) = ("subject_id" IS NULL));

-- Who looked at a person. Joins and pages of messages, which are most of the entries, name nobody and cost it nothing.
CREATE INDEX "access_log_of_subjects_idx" ON "access_log" ("subject_kind", "subject_id", "at", "id")
    WHERE "subject_kind" IS NOT NULL;

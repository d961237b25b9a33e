-- What a party has left unread in consultations that are over. While they are open the value stays the same, so that a
-- message still changes no index: what is unread in those that are open is found by the indexes of those.
ALTER TABLE "chats"
ADD COLUMN "doctor_left_unread" BOOLEAN GENERATED ALWAYS AS (NOT "is_open" AND "doctor_unread" > 0) STORED,
ADD COLUMN "user_left_unread" BOOLEAN GENERATED ALWAYS AS (NOT "is_open" AND "user_unread" > 0) STORED;

CREATE INDEX "chats_user_id_open_idx" ON "chats"("user_id") WHERE "is_open";

CREATE INDEX "chats_doctor_id_left_unread_idx" ON "chats"("doctor_id") WHERE "doctor_left_unread";

CREATE INDEX "chats_user_id_left_unread_idx" ON "chats"("user_id") WHERE "user_left_unread";

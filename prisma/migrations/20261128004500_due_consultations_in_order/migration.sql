-- What is due is read page by page, by moment and id: thousands may expire at the same moment.
DROP INDEX "consultations_is_active_expires_at_idx";

-- CreateIndex
CREATE INDEX "consultations_is_active_expires_at_id_idx" ON "consultations"("is_active", "expires_at", "id");

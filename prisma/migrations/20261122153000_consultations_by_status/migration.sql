-- CreateIndex
CREATE INDEX "consultations_status_id_idx" ON "consultations"("status", "id");

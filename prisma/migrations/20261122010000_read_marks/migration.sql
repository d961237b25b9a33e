-- AlterTable
ALTER TABLE "chats" ADD COLUMN     "doctor_read_seq" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "user_read_seq" INTEGER NOT NULL DEFAULT 0;

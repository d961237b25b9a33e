-- What is counted over all processes that serve the database, so that a limit is one limit however many there are. None
-- of it is worth keeping: a crash may empty the tables, and nothing of them is written ahead.

-- How often something was done in the window that the first time began.
CREATE UNLOGGED TABLE "shared_uses" (
    "key" TEXT NOT NULL,
    "uses" INTEGER NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shared_uses_pkey" PRIMARY KEY ("key")
);

-- How many of something each process holds, as it has told last.
CREATE UNLOGGED TABLE "shared_holds" (
    "key" TEXT NOT NULL,
    "process_id" TEXT NOT NULL,
    "held" INTEGER NOT NULL,
    "told_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shared_holds_pkey" PRIMARY KEY ("key","process_id")
);

-- Rows are rewritten all the time: room on their pages keeps them out of the indexes.
ALTER TABLE "shared_uses" SET (fillfactor = 70);
ALTER TABLE "shared_holds" SET (fillfactor = 70);

-- The order of the log is that of its positions: they survive a dump and a restore, as transaction ids do not.
DROP INDEX "events_transaction_id_position_idx";
ALTER TABLE "events" DROP COLUMN "transaction_id";

-- A copy that was worked on with a sequence that had started anew has positions twice, or later versions in front of
-- earlier ones. Only then are all of them given anew: in the order of the clock, but each stream in its own.
DO $$
BEGIN
    IF EXISTS (SELECT FROM "events" GROUP BY "position" HAVING count(*) > 1)
       OR EXISTS (
           SELECT FROM (
               SELECT "position" < lag("position") OVER (PARTITION BY "stream_id" ORDER BY "version") AS "is_behind"
               FROM "events"
           ) AS "steps" WHERE "is_behind"
       )
    THEN
        ALTER TABLE "events" DISABLE TRIGGER "events_are_append_only";
        UPDATE "events" SET "position" = "ordered"."position"
        FROM (
            SELECT "stream_id", "version",
                   row_number() OVER (ORDER BY "latest", "stream_id", "version") AS "position"
            FROM (
                SELECT "stream_id", "version",
                       max("occurred_at") OVER (PARTITION BY "stream_id" ORDER BY "version") AS "latest"
                FROM "events"
            ) AS "steps"
        ) AS "ordered"
        WHERE "events"."stream_id" = "ordered"."stream_id" AND "events"."version" = "ordered"."version";
        PERFORM setval(pg_get_serial_sequence('events', 'position'), (SELECT max("position") FROM "events"));
        ALTER TABLE "events" ENABLE TRIGGER "events_are_append_only";
    END IF;
END
$$;

-- CreateIndex
CREATE UNIQUE INDEX "events_position_key" ON "events"("position");

-- Who appends holds this lock, with others who do, from before the first position is taken until the commit. A reader who
-- gets it alone for a moment knows that everything up to the last position is there, or never will be. The first number
-- is that of src/adapters/prisma/advisory-locks.ts.
CREATE FUNCTION "hold_append_lock"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_catalog.pg_advisory_xact_lock_shared(1128010000, TG_RELID::pg_catalog.int4);
    RETURN NULL;
END
$$;

CREATE TRIGGER "appends_hold_the_lock" BEFORE INSERT ON "events"
    FOR EACH STATEMENT EXECUTE FUNCTION "hold_append_lock"();

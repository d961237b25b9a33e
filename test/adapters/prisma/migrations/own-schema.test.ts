import { describe, expect, onTestFinished, test } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { applyMigrations, prepareDatabase } from '../../../../src/adapters/prisma/migrations/migrations.js';
import { rebuildReadModels } from '../../../../src/adapters/prisma/projections/rebuild.js';
import { verifySchema, verifySessions } from '../../../../src/adapters/prisma/requirements/verify.js';
import { openFresh, registerPeople } from '../../../contracts/storage.js';
import { createEmptyDatabase, createTestDatabase } from '../../../support/postgres.js';
import { ALL_OF_PUBLIC, HOST_TABLES } from '../host-tables.js';
import { createRole, openPrismaStorageBeside, queryRows } from '../prisma-storage.js';

const logger = createSilentLogger();

async function emptyDatabase(sql?: string): Promise<string> {
  const { databaseUrl, drop } = await createEmptyDatabase();
  onTestFinished(drop);
  if (sql !== undefined) await queryRows(databaseUrl, sql);
  return databaseUrl;
}

async function publicOf(databaseUrl: string): Promise<string> {
  const [all] = await queryRows<{ content: string }>(databaseUrl, ALL_OF_PUBLIC);
  return all?.content ?? '';
}

/** The one line of what is refused. */
async function refusalOf(databaseUrl: string): Promise<string> {
  const error: unknown = await applyMigrations({ databaseUrl }).then(
    () => new Error('nothing was refused'),
    (reason: unknown) => reason,
  );
  const { message } = error as Error;
  expect(message).not.toMatch(/\n|hunter2/);
  return message;
}

describe('a schema of its own', () => {
  test('has everything that the chat makes, and nothing of the host is read or changed', async () => {
    const storage = await openPrismaStorageBeside(HOST_TABLES, 'chat');
    onTestFinished(() => storage.close());
    const untouched = await emptyDatabase(HOST_TABLES);
    await registerPeople(storage.eventStore);
    await openFresh(storage.eventStore, Date.parse('2030-01-01T00:00:00Z'));
    await verifySessions(storage.database);
    await verifySchema(storage.database);
    expect(await rebuildReadModels(storage.database)).toBeGreaterThan(0);
    expect(await applyMigrations({ databaseUrl: storage.databaseUrl })).toEqual({ applied: [], mended: [] });

    expect(await publicOf(storage.databaseUrl)).toBe(await publicOf(untouched));
    // What a function names is found by the path of whoever calls it. Those of triggers must need none, because anybody may
    // call them; the other one is called by appends alone, which find `events` by the same path.
    const functions = await queryRows<{ name: string; of_trigger: boolean }>(
      storage.databaseUrl,
      `SELECT proname AS name, prorettype = 'trigger'::regtype AS of_trigger
       FROM pg_proc WHERE pronamespace = 'chat'::regnamespace ORDER BY of_trigger`,
    );
    expect(functions.map(({ of_trigger }) => of_trigger)).toEqual([false, true, true, true]);
    expect(functions[0]?.name).toBe('streams_moved_on');
    const elsewhere = await queryRows(
      storage.databaseUrl,
      `SELECT proname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid JOIN pg_class ON pg_class.oid = tgrelid
       WHERE relnamespace = 'chat'::regnamespace AND pronamespace <> relnamespace AND NOT tgisinternal`,
    );
    expect(elsewhere).toEqual([]);
  });

  test('keeps its triggers, whatever the path of whoever writes', async () => {
    const storage = await openPrismaStorageBeside(HOST_TABLES, 'chat');
    onTestFinished(() => storage.close());
    await registerPeople(storage.eventStore);
    for (const statement of ['UPDATE chat.events SET type = type', 'TRUNCATE chat.events']) {
      await expect(queryRows(storage.databaseUrl, statement)).rejects.toThrow('the event log is append-only');
    }
  });

  test('is not left for public when a table is missing', async () => {
    const storage = await openPrismaStorageBeside(HOST_TABLES, 'chat');
    onTestFinished(() => storage.close());
    await queryRows(storage.databaseUrl, 'DROP TABLE chat.messages');
    await expect(storage.database.pool.query('SELECT * FROM messages')).rejects.toThrow('does not exist');
    await expect(verifySchema(storage.database)).rejects.toThrow(
      'The table messages is missing in the schema chat.',
    );
  });

  test('is made by who may, and by nobody else', async () => {
    const databaseUrl = await emptyDatabase();
    const name = new URL(databaseUrl).pathname.slice(1);
    const poor = (await createRole(databaseUrl)).href;
    expect(await refusalOf(`${poor}?schema=Chat-1`)).toMatch(
      /^There is no schema Chat-1, and the role (\S+) may not make it \(CREATE on the database\): CREATE SCHEMA "Chat-1" AUTHORIZATION "\1"\.$/,
    );
    const rich = (await createRole(databaseUrl, `GRANT CREATE ON DATABASE ${name}`)).href;
    const { applied } = await applyMigrations({ databaseUrl: `${rich}?schema=Chat-1` });
    expect(applied).not.toEqual([]);
    // It is there now, and it is not for everybody.
    expect(await refusalOf(`${poor}?schema=Chat-1`)).toMatch(
      /^The role (\S+) may not use the schema Chat-1: GRANT USAGE, CREATE ON SCHEMA "Chat-1" TO "\1"\.$/,
    );
  });

  test('is served by a role that may do no more than serve', async () => {
    const databaseUrl = await emptyDatabase();
    const serving = `${(await createRole(databaseUrl)).href}?schema=chat`;
    await prepareDatabase({ databaseUrl: serving, migrationUrl: `${databaseUrl}?schema=chat` });
    const database = openDatabase({ databaseUrl: serving, logger });
    onTestFinished(() => database.$disconnect());
    await verifySessions(database);
    await verifySchema(database);
    // Alone, it has nothing to apply.
    expect((await applyMigrations({ databaseUrl: serving })).applied).toEqual([]);
    await expect(database.pool.query('CREATE TABLE more (id int)')).rejects.toThrow('permission denied');
  });

  test('neither waits for the migrations of another application nor holds them up', async () => {
    const databaseUrl = await emptyDatabase();
    const host = openDatabase({ databaseUrl, logger });
    onTestFinished(() => host.$disconnect());
    const session = await host.pool.connect();
    onTestFinished(() => session.release(true));
    // As `prisma migrate deploy` of the host does it.
    await session.query('SELECT pg_advisory_lock(72707369)');
    expect((await applyMigrations({ databaseUrl: `${databaseUrl}?schema=chat` })).applied).not.toEqual([]);
  });
});

describe('a schema of somebody else is refused, and left as it is', () => {
  const SUCH_AS = 'has tables already that are not the chat’s'.replace('’', "'");
  const OWN = 'give the chat a schema of its own, with ?schema=chat in DATABASE_URL';

  test.each([
    ['tables', 'CREATE TABLE users (id int)', `The schema public ${SUCH_AS} (such as users): ${OWN}.`],
    [
      'migrations',
      `${HOST_TABLES}; UPDATE _prisma_migrations SET finished_at = now()`,
      `The schema public has the migrations of another application (such as 20250101000000_host_init): ${OWN}.`,
    ],
    [
      'an unfinished migration',
      HOST_TABLES,
      `The schema public has an unfinished migration that this version does not know, 20250201000000_host_unfinished: where it is another application's, ${OWN}.`,
    ],
    [
      'tables, and notes of migrations that are empty',
      `${HOST_TABLES}; DELETE FROM _prisma_migrations`,
      `The schema public ${SUCH_AS} (such as access_log, consultations, doctors): ${OWN}.`,
    ],
  ])('with %s', async (_, sql, line) => {
    const databaseUrl = await emptyDatabase(sql);
    const before = await publicOf(databaseUrl);
    expect(await refusalOf(databaseUrl)).toBe(line);
    expect(await publicOf(databaseUrl)).toBe(before);
  });

  test('by another name, too', async () => {
    const databaseUrl = await emptyDatabase('CREATE SCHEMA app; CREATE TABLE app.users (id int)');
    expect(await refusalOf(`${databaseUrl}?schema=app`)).toBe(
      `The schema app ${SUCH_AS} (such as users): name another one, with ?schema=… in DATABASE_URL.`,
    );
  });

  test('where the role may not read whose migrations there are', async () => {
    const databaseUrl = await emptyDatabase(HOST_TABLES);
    expect(await refusalOf((await createRole(databaseUrl)).href)).toMatch(
      /^The role (\S+) may not read which migrations the schema public has: GRANT SELECT ON "public"\._prisma_migrations TO "\1"; where they are another application's: give /,
    );
  });

  test('while one that they share since long ago is served on, but for an unfinished migration', async () => {
    const { databaseUrl, drop } = await createTestDatabase();
    onTestFinished(drop);
    await queryRows(
      databaseUrl,
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ('1', 'x', now(), 'host_1')`,
    );
    expect(await applyMigrations({ databaseUrl })).toEqual({ applied: [], mended: [] });
    await queryRows(
      databaseUrl,
      `INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('2', 'x', 'host_2')`,
    );
    const before = await publicOf(databaseUrl);
    expect(await refusalOf(databaseUrl)).toContain(
      'an unfinished migration that this version does not know, host_2: ',
    );
    expect(await publicOf(databaseUrl)).toBe(before);
  });

  test('but not one in which an extension has its views', async () => {
    const databaseUrl = await emptyDatabase('CREATE EXTENSION pg_stat_statements');
    expect((await applyMigrations({ databaseUrl })).applied).not.toEqual([]);
  });
});

test('a role that may make nothing is told which privilege it lacks', async () => {
  const databaseUrl = await emptyDatabase();
  expect(await refusalOf((await createRole(databaseUrl)).href)).toMatch(
    /^The role (\S+) may not make tables in the schema public \(CREATE\): GRANT CREATE ON SCHEMA "public" TO "\1", or name a role that may in DATABASE_MIGRATION_URL\.$/,
  );
});

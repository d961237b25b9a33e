import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  lockMigrations,
  openMigrationConnection,
} from '../../../../src/adapters/prisma/migrations/migration-connection.js';
import { packagedPrismaFiles } from '../../../../src/adapters/prisma/migrations/migration-files.js';
import {
  applyMigrations,
  diffMigrationsAgainstSchema,
} from '../../../../src/adapters/prisma/migrations/migrations.js';
import { createEmptyDatabase, createTestDatabase } from '../../../support/postgres.js';

async function emptyDatabase(): Promise<string> {
  const { databaseUrl, drop } = await createEmptyDatabase();
  onTestFinished(drop);
  return databaseUrl;
}

async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chat-migrations-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function migrationsOf(migrations: Readonly<Record<string, string>>): Promise<string> {
  const folder = await scratchFolder();
  for (const [name, sql] of Object.entries(migrations)) await addMigration(folder, name, sql);
  return folder;
}

async function addMigration(folder: string, name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 'migration.sql'), sql);
}

async function query(databaseUrl: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const CREATE_THING = 'CREATE TABLE "Thing" ("id" TEXT PRIMARY KEY);\n';

describe('schema and migrations', () => {
  test('agree', async () => {
    expect(await diffMigrationsAgainstSchema({ databaseUrl: await emptyDatabase() })).toBe('');
  });

  test('are seen to drift apart when the schema has more', async () => {
    const schemaPath = join(await scratchFolder(), 'schema.prisma');
    const schema = await readFile(packagedPrismaFiles().schemaPath, 'utf8');
    await writeFile(schemaPath, `${schema}\nmodel PlantedDrift {\n  id String @id\n}\n`);
    const drift = await diffMigrationsAgainstSchema({ databaseUrl: await emptyDatabase(), schemaPath });
    expect(drift).toContain('CREATE TABLE "PlantedDrift"');
  });

  test('are seen to drift apart when the migrations have more', async () => {
    const migrationsDirectory = await scratchFolder();
    await cp(packagedPrismaFiles().migrationsDirectory, migrationsDirectory, { recursive: true });
    await addMigration(migrationsDirectory, '99990101000000_planted', CREATE_THING);
    const databaseUrl = await emptyDatabase();
    expect(await diffMigrationsAgainstSchema({ databaseUrl, migrationsDirectory })).toContain(
      'DROP TABLE "Thing"',
    );
  });

  test('are compared on a scratch database that is gone afterwards', async () => {
    const databaseUrl = await emptyDatabase();
    await diffMigrationsAgainstSchema({ databaseUrl });
    const scratch = `SELECT datname FROM pg_database WHERE datname LIKE 'prisma\\_migrate\\_shadow%'`;
    expect(await query(databaseUrl, scratch)).toEqual([]);
  });
});

describe('applying migrations', () => {
  test.each([
    ['DateStyle', 'German, DMY'],
    ['DateStyle', 'SQL, DMY'],
    ['TimeZone', "'America/New_York'"],
    ['standard_conforming_strings', 'off'],
  ])('goes on where it left off, whatever the default of %s is: %s', async (name, value) => {
    const databaseUrl = await emptyDatabase();
    const first = await migrationsOf({ '20260101000000_thing': CREATE_THING });
    await applyMigrations({ databaseUrl, migrationsDirectory: first });
    const database = new URL(databaseUrl).pathname.slice(1);
    await query(databaseUrl, `ALTER DATABASE ${database} SET ${name} = ${value}`);
    await addMigration(first, '20260102000000_more', 'CREATE TABLE "More" ("id" TEXT PRIMARY KEY);\n');
    await applyMigrations({ databaseUrl, migrationsDirectory: first });
    expect(await query(databaseUrl, 'SELECT * FROM "More"')).toEqual([]);
  });

  test("the package's own are found, apply to an empty database, and once", async () => {
    const databaseUrl = await emptyDatabase();
    const { applied } = await applyMigrations({ databaseUrl });
    expect(applied.length).toBeGreaterThan(0);
    expect(await applyMigrations({ databaseUrl })).toEqual({ applied: [], mended: [] });
  });

  test('a database that tests get has them already', async () => {
    const { databaseUrl, drop } = await createTestDatabase();
    onTestFinished(drop);
    expect(await applyMigrations({ databaseUrl })).toEqual({ applied: [], mended: [] });
  });

  test('they apply in the order of their names, and later only the new ones', async () => {
    const databaseUrl = await emptyDatabase();
    const migrationsDirectory = await migrationsOf({
      '20260102000000_more': 'ALTER TABLE "Thing" ADD COLUMN "name" TEXT;',
      '20260101000000_first': CREATE_THING,
    });
    expect(await applyMigrations({ databaseUrl, migrationsDirectory })).toEqual({
      applied: ['20260101000000_first', '20260102000000_more'],
      mended: [],
    });
    await addMigration(migrationsDirectory, '20260103000000_index', 'CREATE INDEX ON "Thing" ("name")');
    expect(await applyMigrations({ databaseUrl, migrationsDirectory })).toEqual({
      applied: ['20260103000000_index'],
      mended: [],
    });
  });

  test('a script is run as it is: functions, comments and texts with semicolons', async () => {
    const databaseUrl = await emptyDatabase();
    const migrationsDirectory = await migrationsOf({
      '20260101000000_trigger': `${CREATE_THING}
        -- nothing is ever changed; only added
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN RAISE EXCEPTION 'append only; not changed'; END;
        $$;
        CREATE TRIGGER "append_only" BEFORE UPDATE ON "Thing" FOR EACH ROW EXECUTE FUNCTION refuse();
        INSERT INTO "Thing" VALUES ('a;b') -- the end`,
    });
    await applyMigrations({ databaseUrl, migrationsDirectory });
    expect(await query(databaseUrl, 'SELECT * FROM "Thing"')).toEqual([{ id: 'a;b' }]);
    await expect(query(databaseUrl, `UPDATE "Thing" SET "id" = 'c'`)).rejects.toThrow(/append only; not/);
  });

  test('servers that start together apply each migration once', async () => {
    const databaseUrl = await emptyDatabase();
    const results = await Promise.all(Array.from({ length: 4 }, () => applyMigrations({ databaseUrl })));
    expect(results.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
  });

  test('one that holds the lock for too long is named as the reason', async () => {
    const databaseUrl = await emptyDatabase();
    const holder = await openMigrationConnection(databaseUrl);
    const waiting = await openMigrationConnection(databaseUrl);
    onTestFinished(async () => {
      await Promise.all([holder.close(), waiting.close()]);
    });
    await lockMigrations(holder.session, 'public');
    const tenMs = 10;
    await expect(lockMigrations(waiting.session, 'public', tenMs)).rejects.toThrow(
      'Another server has been applying migrations to this database for over 0.01 s.',
    );
  });

  test('a failing one is named, leaves nothing behind, and is tried again once it is mended', async () => {
    const databaseUrl = await emptyDatabase();
    const migrationsDirectory = await migrationsOf({
      '20260101000000_first': CREATE_THING,
      '20260102000000_bad': 'CREATE TABLE half (id INT); ALTER TABLE nothing ADD COLUMN x TEXT;',
    });
    for (const attempt of ['first', 'second']) {
      await expect(applyMigrations({ databaseUrl, migrationsDirectory }), attempt).rejects.toThrow(
        /^Migration 20260102000000_bad failed: relation "nothing" does not exist$/,
      );
      expect(await query(databaseUrl, `SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
    }
    await addMigration(migrationsDirectory, '20260102000000_bad', 'CREATE TABLE half (id INT);');
    expect(await applyMigrations({ databaseUrl, migrationsDirectory })).toEqual({
      applied: ['20260102000000_bad'],
      mended: [],
    });
  });

  test('one that was applied right before the server died is not applied again', async () => {
    const databaseUrl = await emptyDatabase();
    // The engine notes a migration as done in a transaction of its own: let that one never happen.
    const dieBehindTheScript = `
      CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'died'; END $$;
      CREATE TRIGGER die BEFORE UPDATE OF "applied_steps_count" ON "_prisma_migrations"
        FOR EACH ROW EXECUTE FUNCTION die();`;
    const migrationsDirectory = await migrationsOf({
      '20260101000000_first': CREATE_THING + dieBehindTheScript,
    });
    await expect(applyMigrations({ databaseUrl, migrationsDirectory })).rejects.toThrow();
    await query(databaseUrl, 'DROP TRIGGER die ON "_prisma_migrations"');
    expect(await query(databaseUrl, 'SELECT * FROM "Thing"')).toEqual([]);
    expect(await applyMigrations({ databaseUrl, migrationsDirectory })).toEqual({ applied: [], mended: [] });
  });

  test.each([
    [
      'nobody listens',
      'postgresql://me:secret@127.0.0.1:1/chat',
      /^Cannot open the database at 127.0.0.1:1: /,
    ],
    ['the URL is none', 'chat', /^DATABASE_URL is not a valid PostgreSQL URL\.$/],
  ])('when %s, one line says so without the password', async (_, databaseUrl, message) => {
    const failure = await applyMigrations({ databaseUrl }).catch((error: unknown) => error);
    expect(String(failure)).not.toContain('secret');
    await expect(applyMigrations({ databaseUrl })).rejects.toThrow(message);
  });

  test('a folder that is not there is named', async () => {
    const databaseUrl = await emptyDatabase();
    await expect(applyMigrations({ databaseUrl, migrationsDirectory: '/nowhere' })).rejects.toThrow(
      'There is no migrations folder at /nowhere.',
    );
  });
});

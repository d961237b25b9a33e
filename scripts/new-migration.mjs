// npm run migration:new -- <name>: writes the migration that takes prisma/migrations to prisma/schema.prisma.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../dist/adapters/embedded-postgres/embedded-postgres.js';
import { packagedPrismaFiles } from '../dist/adapters/prisma/migration-files.js';
import { diffMigrationsAgainstSchema } from '../dist/adapters/prisma/migrations.js';

const name = process.argv[2] ?? '';
if (!/^[a-z0-9_]+$/.test(name)) {
  process.stderr.write('Give the migration a name of a-z, 0-9 and _: npm run migration:new -- add_rooms\n');
  process.exit(1);
}
const ignore = () => {};
const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const dataDir = await mkdtemp(join(tmpdir(), 'chat-migration-'));
const postgres = await startEmbeddedPostgres({ dataDir, logger });
try {
  const sql = await diffMigrationsAgainstSchema({ databaseUrl: postgres.databaseUrl });
  if (sql === '') {
    process.stdout.write('Schema and migrations agree: there is nothing to migrate.\n');
  } else {
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const folder = join(packagedPrismaFiles().migrationsDirectory, `${stamp}_${name}`);
    await mkdir(folder);
    await writeFile(join(folder, 'migration.sql'), sql);
    process.stdout.write(`${sql}\nWritten to ${folder}: read it before you commit it.\n`);
  }
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

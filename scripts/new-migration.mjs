// npm run migration:new -- <name>: writes the migration that takes prisma/migrations to prisma/schema.prisma.
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { letAccountEnter, resolvePostgresAccount } from '../dist/adapters/embedded-postgres/account.js';
import { clusterUrl, createCluster } from '../dist/adapters/embedded-postgres/cluster.js';
import { launchPostgresPatiently } from '../dist/adapters/embedded-postgres/postgres-process.js';
import { postgresBinariesFor } from '../dist/adapters/embedded-postgres/reachable-binaries.js';
import { packagedPrismaFiles } from '../dist/adapters/prisma/migrations/migration-files.js';
import { diffMigrationsAgainstSchema } from '../dist/adapters/prisma/migrations/migrations.js';

const name = process.argv[2] ?? '';
if (!/^[a-z0-9_]+$/.test(name)) {
  process.stderr.write('Give the migration a name of a-z, 0-9 and _: npm run migration:new -- add_rooms\n');
  process.exit(1);
}
// A throw-away cluster, used as its superuser, because the scratch database needs a role that may create databases.
const runDirectory = await mkdtemp(join(tmpdir(), 'chat-migration-'));
const account = await resolvePostgresAccount();
const binaries = await postgresBinariesFor(account);
await letAccountEnter(runDirectory, account);
const clusterDirectory = join(runDirectory, 'data');
const password = randomUUID();
await createCluster({ binaries, account, directory: clusterDirectory, password, flags: ['--no-sync'] });
const logFile = join(runDirectory, 'log');
const postgres = await launchPostgresPatiently({ binaries, account, clusterDirectory, logFile });
try {
  const sql = await diffMigrationsAgainstSchema({
    databaseUrl: clusterUrl(postgres.port, password, 'postgres'),
  });
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
  await rm(runDirectory, { recursive: true, force: true });
}

import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { letAccountEnter, resolvePostgresAccount } from '../../src/adapters/embedded-postgres/account.js';
import { clusterUrl, createCluster } from '../../src/adapters/embedded-postgres/cluster.js';
import { endLeftover, findLeftover } from '../../src/adapters/embedded-postgres/leftover.js';
import { launchPostgresPatiently } from '../../src/adapters/embedded-postgres/postgres-process.js';
import { birthMark } from '../../src/adapters/embedded-postgres/processes.js';
import { postgresBinariesFor } from '../../src/adapters/embedded-postgres/reachable-binaries.js';
import { applyMigrations } from '../../src/adapters/prisma/migrations/migrations.js';
import { copyCluster } from './postgres-cluster.js';
import { bundleProgram } from './program.js';
import { MAINTENANCE_DATABASE, MIGRATED_DATABASE } from './test-postgres.js';

/** The shared cluster is thrown away: it need not survive anything. Tests that kill have their own. */
const THROWAWAY_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
};

/**
 * Tests copy clusters by the dozen: one of WAL in segments of 1 MB is half as large. The limits that initdb derives from
 * the size of a segment stay what they usually are. They also connect by the thousand, and each connection hashes the
 * password as often as it was when it was set, 4,096 times unless told: that is to slow down who guesses it.
 */
const FLAGS = [
  '--no-sync',
  '--wal-segsize=1',
  '--set=min_wal_size=80MB',
  '--set=max_wal_size=1GB',
  '--set=scram_iterations=1',
];

async function createMigratedDatabase(port: number, password: string): Promise<void> {
  const admin = new pg.Client({ connectionString: clusterUrl(port, password, MAINTENANCE_DATABASE) });
  await admin.connect();
  try {
    await admin.query(`CREATE DATABASE ${MIGRATED_DATABASE}`);
  } finally {
    await admin.end();
  }
  await applyMigrations({ databaseUrl: clusterUrl(port, password, MIGRATED_DATABASE) });
}

/** `chat-test-<pid of the run>-<when that process started>-…` */
const RUN_DIRECTORY = /^chat-test-(\d+)-([A-Za-z0-9]+)-/;

/** Ends every PostgreSQL of a run, such as those of tests that failed before they could, and removes its data. */
async function removeRun(runDirectory: string): Promise<void> {
  const clusters = join(runDirectory, 'clusters');
  const own = await readdir(clusters).catch(() => []);
  for (const directory of [
    join(runDirectory, 'shared'),
    ...own.map((name) => join(clusters, name, 'data')),
  ]) {
    const pid = await findLeftover(directory);
    if (pid !== undefined) await endLeftover(directory, pid);
  }
  await rm(runDirectory, { recursive: true, force: true, maxRetries: 5 });
}

/** Removes what is left of runs that were killed and could not clean up after themselves. */
async function removeDeadRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const match = RUN_DIRECTORY.exec(name);
    if (match === null || (await birthMark(Number(match[1]))) === match[2]) continue;
    // Another user's, or another run is removing it at this moment.
    await removeRun(await realpath(join(tmpdir(), name))).catch(() => {});
  }
}

async function newRunDirectory(): Promise<string> {
  const mark = (await birthMark(process.pid)) ?? 'unknown';
  return realpath(await mkdtemp(join(tmpdir(), `chat-test-${process.pid}-${mark}-`)));
}

/** `PROGRAM_AS_BUILT=1` runs the modules of `dist` as users do. */
const isProgramAsBuilt = process.env['PROGRAM_AS_BUILT'] === '1';

/** One PostgreSQL per test run, with a migrated database to copy; see createTestDatabase. The server in a few files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const program = isProgramAsBuilt ? null : await bundleProgram();
  project.provide('program', program?.path ?? null);
  await removeDeadRuns();
  const runDirectory = await newRunDirectory();
  const password = randomUUID();
  const account = await resolvePostgresAccount();
  const binaries = await postgresBinariesFor(account);
  await letAccountEnter(runDirectory, account);
  await mkdir(join(runDirectory, 'clusters'), { mode: 0o755 });
  const pristineCluster = join(runDirectory, 'pristine');
  await createCluster({ binaries, account, directory: pristineCluster, password, flags: FLAGS });
  const launch = { binaries, account, settings: THROWAWAY_SETTINGS };
  const logFile = join(runDirectory, 'log');
  const pristine = await launchPostgresPatiently({ ...launch, clusterDirectory: pristineCluster, logFile });
  // Stopped before it is copied: only then do its files hold everything.
  await createMigratedDatabase(pristine.port, password).finally(pristine.stop);
  const sharedCluster = join(runDirectory, 'shared');
  await copyCluster(pristineCluster, sharedCluster);
  const postgres = await launchPostgresPatiently({ ...launch, clusterDirectory: sharedCluster, logFile });
  const teardown = async (): Promise<void> => {
    await postgres.stop();
    await removeRun(runDirectory);
    await program?.remove();
  };
  const adminUrl = clusterUrl(postgres.port, password, MAINTENANCE_DATABASE);
  const template = MIGRATED_DATABASE;
  project.provide('testPostgres', { adminUrl, template, runDirectory, pristineCluster, password });
  return teardown;
}

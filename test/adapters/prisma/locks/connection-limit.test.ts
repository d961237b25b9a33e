import { expect, onTestFinished, test } from 'vitest';
import { createRecordingLogger } from '../../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { openStorage } from '../../../../src/adapters/prisma/storage.js';
import { createTestDatabase } from '../../../support/postgres.js';
import { queryRows } from '../prisma-storage.js';

/** Begins as a process does. @returns its warning of too few connections, if it gives one. */
async function startProcess(databaseUrl: string) {
  const logger = createRecordingLogger();
  const metrics = createRecordingMetrics();
  const storage = openStorage({ databaseUrl, migrationUrl: databaseUrl, peers: 'postgres', logger, metrics });
  onTestFinished(async () => {
    await storage.release();
    await storage.close();
  });
  await storage.claim();
  await storage.migrate();
  return logger.entries.find(({ event }) => event === 'database.few_connections');
}

async function newDatabase(): Promise<string> {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  return databaseUrl;
}

test('the process for which a database has too few connections says so', async () => {
  const databaseUrl = await newDatabase();
  const name = new URL(databaseUrl).pathname.slice(1);
  await queryRows(databaseUrl, `ALTER DATABASE "${name}" CONNECTION LIMIT 40`);
  expect(await startProcess(databaseUrl)).toBeUndefined();
  expect(await startProcess(databaseUrl)).toBeUndefined();
  expect(await startProcess(databaseUrl)).toMatchObject({
    level: 'warn',
    fields: { processes: 3, needed: 48, allowed: 40 },
  });
});

test('a process for which there are enough says nothing', async () => {
  expect(await startProcess(await newDatabase())).toBeUndefined();
});

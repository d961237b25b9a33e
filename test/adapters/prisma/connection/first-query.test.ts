import { PrismaPg } from '@prisma/adapter-pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { openStorage } from '../../../../src/adapters/prisma/storage.js';
import { createTestDatabase } from '../../../support/postgres.js';

test('everything that a first query needs is there before anybody is served', async () => {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  const storage = openStorage({
    databaseUrl,
    migrationUrl: databaseUrl,
    peers: 'none',
    logger: createSilentLogger(),
    metrics: createRecordingMetrics(),
  });
  onTestFinished(async () => {
    await storage.close();
    await storage.release();
  });
  await storage.claim();
  const connect = vi.spyOn(PrismaPg.prototype, 'connect');
  onTestFinished(() => connect.mockRestore());
  await storage.migrate();
  const before = connect.mock.calls.length;
  expect(await storage.stateReader.versions(['patient:nobody'])).toEqual([0]);
  expect(connect.mock.calls.length).toBe(before);
});

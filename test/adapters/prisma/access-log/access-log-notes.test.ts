import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRecordingLogger } from '../../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { MAX_BATCH_ACCESSES } from '../../../../src/adapters/prisma/access-log/access-log-insert.js';
import { createAccessNotes } from '../../../../src/adapters/prisma/access-log/access-log-notes.js';
import type { Database } from '../../../../src/adapters/prisma/connection/database.js';
import { NOON, PATIENT } from '../../../contracts/storage.js';

const BATCHES = 8;
const SILENT_MS = 400;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Notes `BATCHES` full batches in a database that takes one in so many milliseconds. @returns how many it has not got. */
async function lostWhere(batchMs: number, limitMs?: number): Promise<number> {
  const metrics = createRecordingMetrics();
  const pool = { query: () => new Promise((resolve) => setTimeout(resolve, batchMs)) };
  const database = { pool } as unknown as Database;
  const notes = createAccessNotes({ database, metrics, logger: createRecordingLogger() });
  for (let index = 0; index < BATCHES * MAX_BATCH_ACCESSES; index += 1) {
    notes.note({
      at: NOON,
      reader: PATIENT,
      consultationId: 'consultation-1',
      subject: null,
      action: 'leave',
      channel: 'socket',
      requestId: `request-${index}`,
    });
  }
  const settled = notes.settle(SILENT_MS, limitMs);
  await vi.advanceTimersByTimeAsync(60_000);
  await settled;
  return metrics.counted('access_notes_lost_total');
}

test('the end waits on while the database takes one batch after the other', async () => {
  expect(await lostWhere(200, 10_000)).toBe(0);
});

test('but not for one that takes none for a while', async () => {
  expect(await lostWhere(500, 10_000)).toBe(BATCHES * MAX_BATCH_ACCESSES);
});

test('and no longer than its limit', async () => {
  expect(await lostWhere(200, 900)).toBe((BATCHES - 4) * MAX_BATCH_ACCESSES);
  expect(await lostWhere(120)).toBe((BATCHES - 3) * MAX_BATCH_ACCESSES);
});

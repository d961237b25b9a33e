import { describe, expect, test } from 'vitest';
import {
  FAST_SHUTDOWN_MS,
  IMMEDIATE_SHUTDOWN_MS,
} from '../../src/adapters/embedded-postgres/postgres-process.js';
import { GOODBYE_LIMIT_MS } from '../../src/adapters/prisma/connection/own-session.js';
import { LEAVES_LIMIT_MS, LEAVES_SILENT_MS } from '../../src/adapters/prisma/storage.js';
import {
  allOf,
  atMost,
  CLOSE_LIMIT_MS,
  inReverse,
  STOP_LIMIT_MS,
  WORK_LIMIT_MS,
} from '../../src/wiring/stopping.js';

/** What a busy machine may take beside all the limits, in ms. */
const SLACK_MS = 800;

const postgresMs = FAST_SHUTDOWN_MS + IMMEDIATE_SHUTDOWN_MS;
const othersMs = WORK_LIMIT_MS + CLOSE_LIMIT_MS + GOODBYE_LIMIT_MS + postgresMs;

test('what a stop waits for with a database that does not answer leaves room within its limit', () => {
  expect(othersMs + LEAVES_SILENT_MS).toBeLessThanOrEqual(STOP_LIMIT_MS - SLACK_MS);
});

test('with one that takes its time, everything fits into the limit', () => {
  expect(othersMs + LEAVES_LIMIT_MS).toBeLessThanOrEqual(STOP_LIMIT_MS);
});

describe('stopping in reverse', () => {
  test('ends what was started last first, and everything whatever became of the others', async () => {
    const ended: string[] = [];
    const stops = [
      async () => void ended.push('postgres'),
      async () => {
        ended.push('database');
        throw new Error('the second to fail');
      },
      () => {
        ended.push('jobs');
        throw new Error('the first to fail');
      },
    ];
    await expect(inReverse(stops)).rejects.toThrow('the first to fail');
    expect(ended).toEqual(['jobs', 'database', 'postgres']);
  });

  test('with nothing started does nothing', async () => {
    await inReverse([]);
  });
});

test('what is ended side by side is waited for, though one of it has failed by then', async () => {
  let isClosed = false;
  const closing = new Promise<void>((resolve) => {
    setImmediate(() => {
      isClosed = true;
      resolve();
    });
  });
  await expect(allOf([Promise.reject(new Error('first')), closing])).rejects.toThrow('first');
  expect(isClosed).toBe(true);
});

test('what takes too long is not waited for, and what fails in time is told', async () => {
  await atMost(1, new Promise(() => {}));
  await expect(atMost(60_000, Promise.reject(new Error('failed')))).rejects.toThrow('failed');
});

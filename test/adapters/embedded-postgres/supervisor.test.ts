import { expect, test, vi } from 'vitest';
import type { PostgresProcess } from '../../../src/adapters/embedded-postgres/postgres-process.js';
import { supervisePostgres } from '../../../src/adapters/embedded-postgres/supervisor.js';
import { recordingLogger } from './support.js';

/** It ends as soon as it is so; machines are slow at times. */
const PATIENCE_MS = 30_000;

function processThatEnds(pid: number): { process: PostgresProcess; end: () => void } {
  let end = () => {};
  const exited = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { process: { pid, port: 1, exited, stop: async () => end() }, end };
}

test('PostgreSQL that cannot be started is tried again for as long as it takes, with bounded pauses', async () => {
  const ATTEMPTS = 50;
  const first = processThatEnds(1);
  const revived = processThatEnds(2);
  const pauses: number[] = [];
  const logger = recordingLogger();
  const restart = vi.fn(async () => {
    if (pauses.length <= ATTEMPTS) throw new Error('No space left on device');
    return revived.process;
  });
  const supervisor = supervisePostgres(first.process, restart, logger, async (ms) => {
    pauses.push(ms);
  });
  first.end();
  await vi.waitFor(() => expect(supervisor.pid).toBe(2), PATIENCE_MS);
  expect(logger.events.filter((event) => event === 'postgres.restart_failed')).toHaveLength(ATTEMPTS);
  expect(pauses[0]).toBe(0);
  expect(Math.max(...pauses)).toBe(5_000);
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  await supervisor.stop();
});

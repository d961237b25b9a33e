import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRestarts, MAX_FAILED_STARTS, type Restarts } from '../../../src/adapters/cluster/restarts.js';
import { superviseWorkers } from '../../../src/adapters/cluster/supervisor.js';
import { createRecordingLogger, createSilentLogger } from '../../../src/adapters/memory/loggers.js';

/** A program that says this to the primary and ends. */
async function program(source: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'chat-worker-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'worker.mjs');
  await writeFile(path, source);
  return path;
}

/** Without the pauses. */
function impatient(): Restarts {
  const restarts = createRestarts();
  return { ended: (...worker) => ({ ...restarts.ended(...worker), pauseMs: 1 }) };
}

/** @returns what the supervisor gives up with. */
async function superviseUntilFailed(exec: string): Promise<string> {
  let supervisor: ReturnType<typeof superviseWorkers> | undefined;
  const sentence = await new Promise<string>((failed) => {
    supervisor = superviseWorkers({
      count: 2,
      exec,
      serving: { port: 0, databaseUrl: '', migrationUrl: null, directory: '' },
      logger: createSilentLogger(),
      passOn: () => {},
      answer: async () => undefined,
      restarts: impatient(),
      failed,
    });
  });
  await supervisor?.stop(0);
  return sentence;
}

test('a worker that ends five times before it serves is given up', async () => {
  const exec = await program('process.exit(3);');
  expect(await superviseUntilFailed(exec)).toBe('worker 1 ended 5 times before it could serve');
});

test('what keeps the first worker from serving is told at once, in its own words', async () => {
  const exec = await program(
    `process.send({ told: { type: 'failed', sentence: 'port 80 is in use' } }, () => process.exit(1));`,
  );
  expect(await superviseUntilFailed(exec)).toBe('port 80 is in use');
});

test('as long as another worker serves, one that cannot start any more is tried again and again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'chat-worker-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  // The second worker serves once, and from then on it fails.
  const exec = await program(`
    import { existsSync, writeFileSync } from 'node:fs';
    process.on('message', ({ told }) => {
      if (told.type === 'stop') process.exit(0);
      const mark = ${JSON.stringify(join(directory, 'mark'))};
      if (told.serving.worker === 2 && existsSync(mark)) {
        process.send({ told: { type: 'failed', sentence: 'the database is away' } }, () => process.exit(1));
        return;
      }
      process.send({ told: { type: 'listening', url: 'http://127.0.0.1:1', page: '' } });
      if (told.serving.worker !== 2) return;
      writeFileSync(mark, '');
      setTimeout(() => process.exit(3), 100);
    });
    process.send({ told: { type: 'hello' } });`);
  const logger = createRecordingLogger();
  let failure: string | undefined;
  const supervisor = superviseWorkers({
    count: 2,
    exec,
    serving: { port: 0, databaseUrl: '', migrationUrl: null, directory: '' },
    logger,
    passOn: () => {},
    answer: async () => undefined,
    restarts: impatient(),
    failed: (sentence) => {
      failure = sentence;
    },
  });
  onTestFinished(() => supervisor.stop(0));
  const failed = () => logger.entries.filter(({ fields }) => fields['reason'] === 'the database is away');
  await vi.waitFor(() => expect(failed().length).toBeGreaterThan(MAX_FAILED_STARTS), { timeout: 60_000 });
  expect(failure).toBeUndefined();
}, 90_000);

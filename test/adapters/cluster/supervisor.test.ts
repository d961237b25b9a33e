import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { superviseWorkers } from '../../../src/adapters/cluster/supervisor.js';
import { createSilentLogger } from '../../../src/adapters/memory/loggers.js';

/** A program that says this to the primary and ends. */
async function program(source: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'chat-worker-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'worker.mjs');
  await writeFile(path, source);
  return path;
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

import { mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockDirectory } from '../../../src/adapters/embedded-postgres/directory-lock.js';

async function newDirectory(): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'chat-lock-')));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test('a released directory can be taken again', async () => {
  const directory = await newDirectory();
  const lock = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toThrow(
    `Another server (process ${process.pid}) uses the data directory ${directory}`,
  );
  await lock.release();
  const again = await lockDirectory(directory);
  await again.release();
  expect(await readdir(directory)).toEqual([]);
});

test('of many that start at once at most one gets in, again and again', async () => {
  for (let round = 0; round < 6; round += 1) {
    const directory = await newDirectory();
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => lockDirectory(directory)));
    const winners = results.filter(({ status }) => status === 'fulfilled');
    expect(winners.length).toBeLessThanOrEqual(1);
    expect(await readdir(directory)).toHaveLength(winners.length);
  }
});

test('the lock of an earlier process with our id, or of one that is gone, does not count', async () => {
  const directory = await newDirectory();
  const reused = `server-${process.pid}-1234abcd-00ff.lock`;
  const gone = 'server-4194304-1234abcd-00ff.lock';
  for (const name of [reused, gone, 'something-else.lock']) await writeFile(join(directory, name), '');
  const lock = await lockDirectory(directory);
  const names = await readdir(directory);
  expect(names).toHaveLength(2);
  expect(names).toContain('something-else.lock');
  await lock.release();
});

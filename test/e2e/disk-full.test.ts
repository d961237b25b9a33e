import { execFile } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { openServers, patiently, postmasterOf, signalPostgres } from '../support/server-process.js';
import { readAll, send } from './client.js';

const run = promisify(execFile);
const servers = openServers();
/** A whole lot at a time, and then what a page still takes. */
const CHUNKS = [Buffer.alloc(1_024 * 1_024, 1), Buffer.alloc(4_096, 1)];

/** A disk of the test's own; null, said aloud, where it may not have one. */
async function mountDisk(size: string): Promise<string | null> {
  const directory = joinPath(await servers.newDataDir(), 'disk');
  await mkdir(directory);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory]);
  } catch (error) {
    process.stderr.write(`disk-full.test.ts is SKIPPED: no file system may be mounted here (${error}).\n`);
    return null;
  }
  onTestFinished(async () => {
    await run('umount', ['-l', directory]);
  });
  return directory;
}

/** Takes every page that is left. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'a');
  const fillWith = async (chunk: Buffer): Promise<void> => {
    for (;;) await file.write(chunk);
  };
  try {
    for (const chunk of CHUNKS) await expect(fillWith(chunk)).rejects.toMatchObject({ code: 'ENOSPC' });
  } finally {
    await file.close();
  }
}

test('a full disk refuses and says so, loses nothing, and room for it is all that is needed', async ({
  skip,
}) => {
  const disk = await mountDisk('192m');
  if (disk === null) return skip();
  const env = { DATA_DIR: joinPath(disk, 'data') };
  const server = await servers.start({ env });
  onTestFinished(async () => {
    await server.stop();
  });
  const isReady = async (): Promise<number> => (await fetch(`${server.url}/readyz`)).status;
  const socket = await servers.connect(server.url);
  const acknowledged: string[] = [];
  const sendNumber = async (number: number): Promise<unknown> => {
    const content = `${number} ${'.'.repeat(3_900)}`;
    const answer = await send(socket, 'consultation-123', content, { clientMessageId: `message-${number}` });
    if (answer['ok'] === true) acknowledged.push(content);
    else
      expect(answer).toMatchObject({
        error: { code: expect.stringMatching(/^server\.(error|overloaded)$/) },
      });
    return answer['ok'];
  };
  expect(await sendNumber(0)).toBe(true);
  expect(await isReady()).toBe(200);

  const filler = joinPath(disk, 'filler');
  await fill(filler);
  await patiently(async () => expect(await isReady()).toBe(503));
  let number = 1;
  while ((await sendNumber(number)) === true) number += 1;

  // It dies as well, and has to start on the full disk.
  const killed = await postmasterOf(env.DATA_DIR);
  await signalPostgres(env.DATA_DIR, 'SIGKILL');
  await server.logged('postgres.ended_by_itself');
  await fill(filler);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect(await isReady()).toBe(503);

  await rm(filler);
  await patiently(async () => expect(await isReady()).toBe(200));
  expect(await postmasterOf(env.DATA_DIR)).not.toBe(killed);
  const RETRIED = number;
  for (; number < RETRIED + 5; number += 1) {
    await patiently(async () => expect(await sendNumber(number)).toBe(true));
  }
  const found = await readAll(socket, 'consultation-123');
  const contents = found.map(({ content }) => content);
  expect(new Set(contents).size).toBe(contents.length);
  expect(contents).toEqual(expect.arrayContaining(acknowledged));
});

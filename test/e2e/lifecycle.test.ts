import { chmod, cp, readdir, symlink, writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  type Ending,
  isAlive,
  MAIN,
  openServers,
  type ProcessOptions,
  patiently,
  postmasterOf,
  REPOSITORY,
  signalIfAlive,
  signalPostgres,
  untilGone,
} from '../support/server-process.js';
import { join, readAll, send } from './client.js';

const servers = openServers();
const STOP_LIMIT_MS = 5_000;

async function namesIn(directory: string, name: RegExp): Promise<string[]> {
  return (await readdir(directory)).filter((found) => name.test(found));
}

const waysToStart: readonly (readonly [string, Pick<ProcessOptions, 'command'>, Ending])[] = [
  ['node dist/main.js', { command: [process.execPath, MAIN] }, { code: 0, signal: null }],
  // Its `prestart` builds, which has been done here. The shell of npm dies of the signal itself, and npm after it.
  [
    'npm start',
    { command: ['npm', '--prefix', REPOSITORY, 'start', '--ignore-scripts'] },
    { code: null, signal: 'SIGINT' },
  ],
];

test.each(waysToStart)('Ctrl-C in a terminal stops %s and its PostgreSQL', async (_name, start, ending) => {
  const dataDir = await servers.usedDataDir();
  const server = await servers.start({ ...start, env: { DATA_DIR: dataDir } });
  const postmaster = await postmasterOf(dataDir);
  const socket = await servers.connect(server.url);
  await join(socket, 'consultation-123');
  const pressedAt = performance.now();
  server.kill('SIGINT', 'group');
  // Where the shell of npm makes way for the program, npm passes on what the terminal has sent already.
  server.kill('SIGINT', 'group');
  expect(await server.exited).toEqual(ending);
  expect(performance.now() - pressedAt).toBeLessThan(STOP_LIMIT_MS);
  expect(server.log().at(-1)).toMatchObject({ event: 'server.stopped' });
  await untilGone(postmaster);
});

test('Ctrl-C while it still starts leaves nothing behind', async () => {
  const dataDir = await servers.newDataDir();
  const server = servers.launch({ env: { DATA_DIR: dataDir } });
  await server.logged('postgres.started');
  const postmaster = await postmasterOf(dataDir);
  server.kill('SIGINT', 'group');
  expect(await server.exited).toEqual({ code: 0, signal: null });
  await untilGone(postmaster);
  expect(server.stderr).toEqual([expect.stringMatching(/^First start: making a database in /)]);
});

test.each([
  ['SIGINT', 'group'],
  ['SIGTERM', 'group'],
  ['SIGTERM', 'process'],
] as const)('%s to the %s while a database is being made leaves nothing behind', async (signal, to) => {
  const dataDir = await servers.newDataDir();
  const server = servers.launch({ env: { DATA_DIR: dataDir } });
  await patiently(async () => {
    const [unfinished = 'none'] = await namesIn(dataDir, /^postgres\.unfinished-/);
    expect(await namesIn(joinPath(dataDir, unfinished, 'data'), /^base$/)).toHaveLength(1);
  });
  server.kill(signal, to);
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.stderr).toEqual([expect.stringMatching(/^First start: making a database in /)]);
  // Neither a server nor a finished database: initdb was ended, and not waited for.
  expect(await namesIn(dataDir, /^(postgres|server-.*)$/)).toEqual([]);
});

test('a killed server leaves its PostgreSQL to the next one; a second one on the directory is sent away', async () => {
  const dataDir = await servers.usedDataDir();
  const env = { DATA_DIR: dataDir };
  const killed = await servers.start({ env });
  const sent = await send(await servers.connect(killed.url), 'consultation-123', 'Remember me');
  const orphan = await postmasterOf(dataDir);
  killed.kill('SIGKILL');
  await killed.exited;
  expect(isAlive(orphan)).toBe(true);

  const successor = await servers.start({ env });
  await untilGone(orphan);
  const socket = await servers.connect(successor.url);
  const messages = await readAll(socket, 'consultation-123');
  expect(messages).toMatchObject([{ messageId: sent['messageId'], content: 'Remember me', seq: 1 }]);

  const intruder = servers.launch({ env });
  expect(await intruder.exited).toEqual({ code: 1, signal: null });
  expect(intruder.stderr).toEqual([
    expect.stringMatching(/^Cannot start: Another server \(process \d+\) uses the data directory .*DATA_DIR/),
  ]);
  expect(intruder.stderr[0]).toContain(String(successor.pid));
  expect(await send(socket, 'consultation-123', 'Still here')).toMatchObject({ ok: true });
});

test('a server whose PostgreSQL does not react any more stops all the same', async () => {
  const dataDir = await servers.usedDataDir();
  const server = await servers.start({ env: { DATA_DIR: dataDir, DOCTOR_READY_INTERVAL_MS: '20' } });
  const socket = await servers.connect(server.url);
  await join(socket, 'consultation-123');
  const postmaster = await postmasterOf(dataDir);
  const frozen = await signalPostgres(dataDir, 'SIGSTOP');
  // Those of a postmaster that had to be killed end when they wake up.
  onTestFinished(() => {
    for (const pid of frozen) signalIfAlive(pid, 'SIGCONT');
  });
  socket.emit('send_message', { consultationId: 'consultation-123', sender: 'user', content: 'Lost' });
  const pressedAt = performance.now();
  server.kill('SIGINT');
  const ending = await server.exited;
  expect(performance.now() - pressedAt).toBeLessThan(STOP_LIMIT_MS + 500);
  expect(ending).toEqual({ code: 0, signal: null });
  await untilGone(postmaster);
});

test('an end that takes too long is cut short, and says so', async () => {
  const dataDir = await servers.usedDataDir();
  const program = joinPath(dataDir, 'hold.mjs');
  // The lock of the directory is removed last.
  await writeFile(
    program,
    `import fs from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    const { rm } = fs;
    fs.rm = (path, options) => (String(path).endsWith('.lock') ? new Promise(() => setInterval(() => {}, 1_000)) : rm(path, options));
    syncBuiltinESMExports();`,
  );
  const server = await servers.start({ env: { DATA_DIR: dataDir, NODE_OPTIONS: `--import=${program}` } });
  expect(await server.stop()).toEqual({ code: 1, signal: null });
  expect(server.stderr.at(-1)).toBe('Stopped: the end was cut short because it took longer than 5 s.');
});

test('a server whose standard error nobody reads any more goes on', async () => {
  const [program, ...parameters] = ['bash', '-c', 'exec "$0" "$1" 2> >(exit)', process.execPath, MAIN];
  const server = await servers.start({
    command: [program as string, ...parameters],
    env: { DATA_DIR: await servers.usedDataDir() },
  });
  // It has written to the standard error by then.
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect(await server.stop()).toEqual({ code: 0, signal: null });
});

const isRoot = process.getuid?.() === 0;
test.runIf(isRoot)(
  'as root a project may be closed to everybody else, and its node_modules a link',
  async () => {
    const project = await servers.newDataDir();
    for (const path of ['dist', 'prisma', 'package.json']) {
      await cp(joinPath(REPOSITORY, path), joinPath(project, path), { recursive: true });
    }
    await symlink(joinPath(REPOSITORY, 'node_modules'), joinPath(project, 'node_modules'), 'dir');
    await chmod(project, 0o700);
    const server = await servers.start({
      command: [process.execPath, joinPath(project, 'dist', 'main.js')],
      env: { DATA_DIR: await servers.usedDataDir() },
    });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  },
);

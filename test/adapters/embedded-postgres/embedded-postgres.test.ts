import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  access,
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { resolvePostgresAccount } from '../../../src/adapters/embedded-postgres/account.js';
import { startEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/embedded-postgres.js';
import {
  bundleOwner,
  isAlive,
  killOwner,
  lockFiles,
  newDataDir,
  query,
  recordingLogger,
  removeOwnerBundle,
  spawnOwner,
  standInForPostmaster,
  start,
  startOwner,
  untilGone,
  usedDataDir,
} from './support.js';

const isRoot = process.getuid?.() === 0;
/** It ends as soon as it is so; machines are slow at times. */
const PATIENCE_MS = 30_000;

/** A process that has nothing to do with PostgreSQL, but belongs to its account. */
async function spawnStranger(): Promise<number> {
  const account = await resolvePostgresAccount();
  const child = spawn('sleep', ['600'], { ...account, stdio: 'ignore' });
  await once(child, 'spawn');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  if (child.pid === undefined) throw new Error('sleep did not start.');
  return child.pid;
}

describe('the embedded PostgreSQL', () => {
  let template = '';

  beforeAll(async () => {
    await bundleOwner();
    template = await mkdtemp(join(tmpdir(), 'chat-embedded-template-'));
    const postgres = await startEmbeddedPostgres({ dataDir: template, logger: recordingLogger() });
    await postgres.stop();
    // Copies of the template are used by tests that kill processes, not the machine: what PostgreSQL has handed
    // to the system survives that, and many tests that sync at once are slow.
    await appendFile(join(template, 'postgres', 'data', 'postgresql.conf'), 'fsync = off\n');
  });
  afterAll(async () => {
    await rm(template, { recursive: true, force: true });
    await removeOwnerBundle();
  });

  test('data survive a restart, and stopping leaves nothing running and nothing locked', async () => {
    const dataDir = await newDataDir();
    const first = await start(dataDir);
    await query(first.migrationUrl, "CREATE TABLE kept AS SELECT 'héllo 😀' AS word");
    expect(await query(first.migrationUrl, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    await first.stop();
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    expect(await lockFiles(dataDir)).toEqual([]);

    const second = await start(dataDir);
    expect(await query(second.migrationUrl, 'SELECT word FROM kept')).toEqual([{ word: 'héllo 😀' }]);
  });

  test('only this machine gets in, and only with the password, which only its owner may read', async () => {
    const dataDir = await usedDataDir(template);
    const postgres = await start(dataDir);
    expect(await query(postgres.migrationUrl, 'SHOW listen_addresses')).toEqual([
      { listen_addresses: '127.0.0.1' },
    ]);
    const withoutPassword = new URL(postgres.migrationUrl);
    withoutPassword.password = 'guess';
    await expect(query(withoutPassword.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    const { mode } = await stat(join(dataDir, 'postgres', 'server-password'));
    expect(mode & 0o777).toBe(0o600);
  });

  test('what people wrote is not in the log of PostgreSQL', async () => {
    const dataDir = await usedDataDir(template);
    const { migrationUrl: databaseUrl } = await start(dataDir);
    await query(databaseUrl, 'CREATE TABLE message (content text CHECK (length(content) < 5))');
    await expect(query(databaseUrl, "INSERT INTO message VALUES ('a secret')")).rejects.toThrow();
    const log = await readFile(join(dataDir, 'postgres', 'log'), 'utf8');
    expect(log).toContain('violates check constraint');
    expect(log).not.toContain('a secret');
  });

  test('a PostgreSQL left running by a killed server is replaced, with everything it had', async () => {
    const dataDir = await usedDataDir(template);
    const owner = await startOwner(dataDir);
    await query(owner.databaseUrl, 'CREATE TABLE kept AS SELECT 1 AS one');
    await killOwner(owner);
    expect(isAlive(owner.postmaster)).toBe(true);

    const logger = recordingLogger();
    const next = await start(dataDir, logger);
    expect(logger.events).toContain('postgres.leftover_ended');
    expect(await query(next.migrationUrl, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    await untilGone(owner.postmaster);
    expect(await lockFiles(dataDir)).toHaveLength(1);
  });

  test('a leftover that was stopped in its tracks is replaced too', async () => {
    const dataDir = await usedDataDir(template);
    const owner = await startOwner(dataDir);
    await killOwner(owner);
    process.kill(owner.postmaster, 'SIGSTOP');
    const next = await start(dataDir);
    expect(await query(next.migrationUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('a start that is given up while it waits for a leftover ends, and leaves the directory free', async () => {
    const dataDir = await usedDataDir(template);
    await standInForPostmaster(join(dataDir, 'postgres', 'data'));
    const givingUp = new AbortController();
    const logger = recordingLogger();
    const starting = startEmbeddedPostgres({ dataDir, logger, signal: givingUp.signal });
    const ending = expect(starting).rejects.toThrow('given up');
    await vi.waitFor(() => expect(logger.events).toContain('postgres.leftover_ended'), { timeout: 10_000 });
    givingUp.abort(new Error('given up'));
    await ending;
    expect(await lockFiles(dataDir)).toEqual([]);
  });

  test('server and PostgreSQL killed together: the next start recovers', async () => {
    const dataDir = await usedDataDir(template);
    const owner = await startOwner(dataDir);
    await query(owner.databaseUrl, 'CREATE TABLE kept AS SELECT 1 AS one');
    await killOwner(owner);
    process.kill(owner.postmaster, 'SIGKILL');
    const next = await start(dataDir);
    expect(await query(next.migrationUrl, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  test('a second server on the directory is told who has it, and the first goes on', async () => {
    const dataDir = await usedDataDir(template);
    const owner = await startOwner(dataDir);
    const second = startEmbeddedPostgres({ dataDir, logger: recordingLogger() });
    await expect(second).rejects.toThrow(
      `Another server (process ${owner.pid}) uses the data directory ${dataDir}: stop it, or set DATA_DIR to another directory.`,
    );
    expect(isAlive(owner.postmaster)).toBe(true);
    expect(await query(owner.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await lockFiles(dataDir)).toHaveLength(1);
  });

  test('a first start that was killed in the middle of initdb is done again', async () => {
    const dataDir = await newDataDir();
    const child = spawnOwner(dataDir);
    const unfinished = async (): Promise<string> => {
      const name = (await readdir(dataDir)).find((entry) => entry.startsWith('postgres.unfinished-'));
      if (name === undefined) throw new Error('initdb has not begun.');
      await access(join(dataDir, name, 'data', 'PG_VERSION'));
      return name;
    };
    const name = await vi.waitFor(unfinished, { timeout: 10_000, interval: 2 });
    child.kill('SIGKILL');
    await once(child, 'exit');

    const postgres = await start(dataDir);
    expect(await query(postgres.migrationUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await postgres.stop();
    await start(dataDir);
    expect(await readdir(dataDir)).not.toContain(name);
  });

  test.each(['of a dead process', 'of a stranger who has the process id now'])(
    'a postmaster.pid %s does not keep it from starting',
    async (whose) => {
      const dataDir = await usedDataDir(template);
      const owner = await startOwner(dataDir);
      await killOwner(owner);
      const pidFile = join(dataDir, 'postgres', 'data', 'postmaster.pid');
      const text = await readFile(pidFile, 'utf8');
      process.kill(owner.postmaster, 'SIGKILL');
      await untilGone(owner.postmaster);
      const stranger = whose.includes('stranger') ? await spawnStranger() : undefined;
      await writeFile(pidFile, text.replace(/^\d+/, String(stranger ?? owner.postmaster)));

      const postgres = await start(dataDir);
      expect(await query(postgres.migrationUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      if (stranger !== undefined) expect(isAlive(stranger)).toBe(true);
    },
  );

  test('PostgreSQL that is killed comes back on the same port', async () => {
    const dataDir = await usedDataDir(template);
    const logger = recordingLogger();
    const postgres = await start(dataDir, logger);
    await query(postgres.migrationUrl, 'CREATE TABLE kept AS SELECT 1 AS one');
    const killed = postgres.pid;
    process.kill(killed, 'SIGKILL');
    const rows = await vi.waitFor(() => query(postgres.migrationUrl, 'SELECT one FROM kept'), {
      timeout: 20_000,
      interval: 50,
    });
    expect(rows).toEqual([{ one: 1 }]);
    await vi.waitFor(() => expect(logger.events).toContain('postgres.restarted'), PATIENCE_MS);
    expect(postgres.pid).not.toBe(killed);
    await postgres.stop();
    expect(isAlive(postgres.pid)).toBe(false);
  });

  test('stopping while PostgreSQL is being brought back leaves nothing running', async () => {
    const dataDir = await usedDataDir(template);
    const postgres = await start(dataDir);
    const killed = postgres.pid;
    process.kill(killed, 'SIGKILL');
    await untilGone(killed);
    await postgres.stop();
    expect(isAlive(postgres.pid)).toBe(false);
    expect(await lockFiles(dataDir)).toEqual([]);
    await expect(query(postgres.migrationUrl, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
  });

  test('a PostgreSQL that does not react is stopped within five seconds', async () => {
    const dataDir = await usedDataDir(template);
    const postgres = await start(dataDir);
    process.kill(postgres.pid, 'SIGSTOP');
    const before = performance.now();
    await postgres.stop();
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(isAlive(postgres.pid)).toBe(false);
  });

  test('Ctrl-C reaches the server alone, which then stops PostgreSQL', async () => {
    const dataDir = await usedDataDir(template);
    const owner = await startOwner(dataDir);
    const exit = once(owner.child, 'exit');
    process.kill(-owner.pid, 'SIGINT');
    expect(await owner.nextLine()).toEqual({ databaseAlive: true });
    expect(await exit).toEqual([0, null]);
    expect(isAlive(owner.postmaster)).toBe(false);
  });

  test.each([
    ['exits without stopping', 'SIGTERM', 3],
    ['dies of an error', 'SIGUSR2', 1],
  ] as const)('a server that %s takes PostgreSQL with it', async (_name, signal, code) => {
    const dataDir = await usedDataDir(template);
    const owner = await startOwner(dataDir);
    owner.child.kill(signal);
    expect(await once(owner.child, 'exit')).toEqual([code, null]);
    await untilGone(owner.postmaster);
  });

  test('a directory that is not its own is left alone', async () => {
    const dataDir = await newDataDir();
    await mkdir(join(dataDir, 'postgres'));
    await expect(startEmbeddedPostgres({ dataDir, logger: recordingLogger() })).rejects.toThrow(
      /is not a PostgreSQL made by this server, or is damaged: move it away, or set DATA_DIR\.$/,
    );
    expect(await lockFiles(dataDir)).toEqual([]);
  });

  test('a data directory that is a file is refused in one line', async () => {
    const dataDir = join(await newDataDir(), 'file');
    await writeFile(dataDir, '');
    await expect(startEmbeddedPostgres({ dataDir, logger: recordingLogger() })).rejects.toThrow(
      /^The data directory .*file cannot be used: .*$/,
    );
  });

  test.runIf(isRoot)("root runs another user's PostgreSQL as that user", async () => {
    const dataDir = await usedDataDir(template);
    const home = join(dataDir, 'postgres');
    const NOBODY = 65_534;
    await chmod(home, 0o700);
    await promisify(execFile)('chown', ['-R', `${NOBODY}:${NOBODY}`, home]);
    const postgres = await start(dataDir);
    expect(await query(postgres.migrationUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await postgres.stop();
    expect((await stat(join(home, 'log'))).uid).toBe(NOBODY);
  });

  test.runIf(isRoot)('root runs it in a directory that is closed to everybody else', async () => {
    const closed = await newDataDir();
    await chmod(closed, 0o700);
    const postgres = await start(join(closed, 'data'));
    expect(await query(postgres.migrationUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await postgres.stop();
    expect((await stat(closed)).mode & 0o777).toBe(0o700);
  });
});

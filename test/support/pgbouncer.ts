import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findFreePort } from '../../src/adapters/embedded-postgres/postgres-process.js';

/** Debian's PgBouncer, where `.ci/run` or somebody else has installed it. */
const PROGRAM = findProgram();
/** Whoever it runs as where the tests run as root, which it refuses. */
const ACCOUNT = 'nobody';

function findProgram(): string | undefined {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin'];
  return directories
    .map((directory) => join(directory, 'pgbouncer'))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Whether there is one; where there is none, it says loudly what is not tested. */
export function hasPgBouncer(): boolean {
  if (PROGRAM !== undefined) return true;
  process.stderr.write(
    'NOT TESTED: what the chat does behind PgBouncer, which is not installed here (apt-get install pgbouncer)\n',
  );
  return false;
}

/** Such as `[1, 18]`. */
export function pgBouncerVersion(): readonly number[] {
  const said = execFileSync(PROGRAM ?? 'pgbouncer', ['--version'], { encoding: 'utf8' });
  return (/(\d+)\.(\d+)/.exec(said)?.slice(1) ?? []).map(Number);
}

export interface PgBouncer {
  /** Leads to the same database, through the pooler. */
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

/**
 * Starts one as Debian configures it, but for its addresses and its files.
 *
 * @param settings of the section `[pgbouncer]`, over Debian's.
 */
export async function startPgBouncer(
  target: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<PgBouncer> {
  const url = new URL(target);
  const directory = await mkdtemp(join(tmpdir(), 'chat-pgbouncer-'));
  const port = await findFreePort();
  const users = join(directory, 'userlist.txt');
  const name = decodeURIComponent(url.username);
  await writeFile(users, `"${name}" "${decodeURIComponent(url.password)}"\n`);
  const all = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'md5',
    auth_file: users,
    ...settings,
  };
  const lines = Object.entries(all).map(([key, value]) => `${key} = ${value}`);
  const file = join(directory, 'pgbouncer.ini');
  const databases = `[databases]\n* = host=${url.hostname} port=${url.port}\n`;
  await writeFile(file, `${databases}[pgbouncer]\n${lines.join('\n')}\n`);
  await chmod(directory, 0o755);
  const asWhom = process.getuid?.() === 0 ? ['-u', ACCOUNT] : [];
  const child = spawn(PROGRAM ?? 'pgbouncer', [...asWhom, file], { stdio: ['ignore', 'ignore', 'pipe'] });
  await listening(child);
  url.host = `127.0.0.1:${port}`;
  return {
    databaseUrl: url.href,
    stop: async () => {
      if (child.exitCode === null && child.kill('SIGQUIT')) await once(child, 'exit');
      await rm(directory, { recursive: true });
    },
  };
}

/** Its log says when it takes connections. @throws what it said when it ended instead. */
async function listening(child: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('process up')) resolve();
    });
    child.once('exit', () => reject(new Error(`PgBouncer did not start: ${said}`)));
    child.once('error', reject);
  });
}

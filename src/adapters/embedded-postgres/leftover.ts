import { open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, isPostmasterOf } from './processes.js';

const POLL_MS = 20;

/** The signals that a leftover gets in turn, and how long it may take to end after each, in ms. */
const ENDING = [
  { signal: 'SIGINT', waitMs: 5_000 },
  { signal: 'SIGQUIT', waitMs: 2_000 },
  { signal: 'SIGKILL', waitMs: 2_000 },
] as const;

/** The id in the first line of a data directory's postmaster.pid. */
async function recordedPid(clusterDirectory: string): Promise<number | undefined> {
  const text = await readFile(join(clusterDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
}

/** The id of the PostgreSQL that runs on this data directory, started by whomever. */
export async function findLeftover(clusterDirectory: string): Promise<number | undefined> {
  const pid = await recordedPid(clusterDirectory);
  if (pid === undefined || !(await isPostmasterOf(pid, clusterDirectory))) return undefined;
  return pid;
}

/**
 * Ends a PostgreSQL that an earlier, killed server left running: fast shutdown first, so that it writes everything out.
 * Call it only while holding the directory's lock.
 *
 * @param signal gives up the wait; the leftover has been told to end by then, and may do so later.
 * @throws Error with one line when it does not even end by SIGKILL; the signal's reason.
 */
export async function endLeftover(
  clusterDirectory: string,
  pid: number,
  signal?: AbortSignal,
): Promise<void> {
  for (const { signal: ending, waitMs } of ENDING) {
    if (!(await isPostmasterOf(pid, clusterDirectory))) return;
    process.kill(pid, ending);
    // One that was stopped (SIGSTOP, Ctrl-Z) acts on a signal only after it goes on.
    process.kill(pid, 'SIGCONT');
    for (let waited = 0; waited < waitMs; waited += POLL_MS) {
      if (!(await isPostmasterOf(pid, clusterDirectory))) return;
      await delay(POLL_MS);
      signal?.throwIfAborted();
    }
  }
  throw new Error(`The PostgreSQL left running in ${clusterDirectory} (process ${pid}) does not end.`);
}

/**
 * Disarms a postmaster.pid whose process is gone but whose id a stranger has now: PostgreSQL would take the
 * stranger for a running server and refuse to start. The file is not deleted, because its other lines let
 * PostgreSQL see whether processes of the old server still write to the data; only the id is replaced, by our
 * own, which PostgreSQL knows not to be a server because it is its parent.
 */
export async function disarmStalePidFile(clusterDirectory: string): Promise<void> {
  const path = join(clusterDirectory, 'postmaster.pid');
  if (await isEmpty(path)) {
    // The file was written on a full disk. PostgreSQL would wait for somebody to remove it, and nobody uses the data.
    await rm(path, { force: true });
    return;
  }
  const pid = await recordedPid(clusterDirectory);
  if (pid === undefined || !isAlive(pid) || (await isPostmasterOf(pid, clusterDirectory))) return;
  const text = await readFile(path, 'utf8');
  await overwrite(path, text.replace(/^\s*\d+/, String(process.pid)));
}

async function isEmpty(path: string): Promise<boolean> {
  return stat(path).then(
    ({ size }) => size === 0,
    () => false,
  );
}

/** Overwrites the file in its place on the disk, because there may be no other place. */
async function overwrite(path: string, text: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { bytesWritten } = await file.write(text, 0);
    await file.truncate(bytesWritten);
  } finally {
    await file.close();
  }
}

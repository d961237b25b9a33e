import { randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { birthMark } from './processes.js';

/** How often another owner is looked for again when one was seen, and the longest wait in between, in ms. */
const ATTEMPTS = 5;
const RETRY_MS = 100;

/** The sole use of a directory, until it is released or this process ends in whatever way. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/** `server-<pid>-<birth mark>-<nonce>.lock` */
const LOCK_NAME = /^server-(\d+)-([A-Za-z0-9]+)-[0-9a-f]+\.lock$/;

/** Finds the living owner of another lock file. The files of dead owners are removed on the way. */
async function findOtherOwner(directory: string, ownName: string): Promise<number | undefined> {
  let owner: number | undefined;
  for (const name of await readdir(directory)) {
    const match = LOCK_NAME.exec(name);
    if (match === null || name === ownName) continue;
    const pid = Number(match[1]);
    if ((await birthMark(pid)) === match[2]) owner = pid;
    else await rm(join(directory, name), { force: true });
  }
  return owner;
}

/**
 * Takes a directory for this process alone. Works between processes of one machine (one pid namespace).
 *
 * Everybody first adds an empty file with a name of its own that says who they are, and then looks at the
 * others' files: of two living owners, the one whose file came later always sees the other's and yields, so
 * there are never two. A name is never used twice, so removing a dead owner's file cannot remove a living
 * one's; and a reused pid is told from the owner's by the time at which its process started.
 *
 * @throws Error with one line that names the directory and the owner's pid when somebody else has it.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const mark = (await birthMark(process.pid)) ?? 'unknown';
  for (let attempt = 1; ; attempt += 1) {
    const name = `server-${process.pid}-${mark}-${randomBytes(8).toString('hex')}.lock`;
    const path = join(directory, name);
    await writeFile(path, '', { flag: 'wx', mode: 0o600 });
    const release = (): Promise<void> => rm(path, { force: true });
    const owner = await findOtherOwner(directory, name);
    if (owner === undefined) return { release };
    await release();
    if (attempt === ATTEMPTS) {
      throw new Error(
        `Another server (process ${owner}) uses the data directory ${directory}: ` +
          'stop it, or set DATA_DIR to another directory.',
      );
    }
    // Two processes that start at the same moment may both have yielded, so each waits for a different time.
    await delay(Math.random() * RETRY_MS);
  }
}

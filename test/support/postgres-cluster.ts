import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { letAccountEnter, resolvePostgresAccount } from '../../src/adapters/embedded-postgres/account.js';
import { clusterUrl } from '../../src/adapters/embedded-postgres/cluster.js';
import { launchPostgresPatiently } from '../../src/adapters/embedded-postgres/postgres-process.js';
import { postgresBinariesFor } from '../../src/adapters/embedded-postgres/reachable-binaries.js';
import { MIGRATED_DATABASE } from './test-postgres.js';

const run = promisify(execFile);

/** Copies a data directory that no PostgreSQL runs on, owner and modes included. */
export async function copyCluster(from: string, to: string): Promise<void> {
  await run('cp', ['-a', from, to]);
}

async function childrenOf(pid: number): Promise<number[]> {
  const children = await run('pgrep', ['-P', String(pid)]).catch(() => ({ stdout: '' }));
  return children.stdout.split('\n').filter(Boolean).map(Number);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself in the meantime.
  }
}

/** A PostgreSQL of one test's own, to be killed, stopped and brought back; it syncs like a real one. */
export interface PostgresCluster {
  /** A migrated database; the same URL after {@link restart}. */
  readonly databaseUrl: string;
  /** Of the postmaster that runs now. */
  readonly pid: number;
  /**
   * Sends a signal to the postmaster and all its processes. With SIGKILL, resolves when the postmaster is
   * gone; SIGSTOP freezes the whole of PostgreSQL, SIGCONT lets it go on.
   */
  kill(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Starts it again on the same port and data; ends a running one first. Resolves when it takes connections. */
  restart(): Promise<void>;
  /** Ends it, copies its data, and starts it again. */
  keepCopy(): Promise<void>;
  /** Ends it, and starts another one on the copy at the same port: what was stored since is lost. */
  goBackToCopy(): Promise<void>;
  /** Ends it, however it is, and removes its data. */
  stop(): Promise<void>;
}

/** Starts a cluster of the test's own: about 0.2 s. Stop it in `afterAll` or `onTestFinished`. */
export async function startPostgresCluster(): Promise<PostgresCluster> {
  const { runDirectory, pristineCluster, password } = inject('testPostgres');
  const account = await resolvePostgresAccount();
  const binaries = await postgresBinariesFor(account);
  const directory = await mkdtemp(join(runDirectory, 'clusters', 'cluster-'));
  await letAccountEnter(directory, account);
  const clusterDirectory = join(directory, 'data');
  await copyCluster(pristineCluster, clusterDirectory);
  const copyDirectory = join(directory, 'copy');
  const launch = { binaries, account, clusterDirectory, logFile: join(directory, 'log') };
  let postgres = await launchPostgresPatiently(launch);
  const { port } = postgres;
  const databaseUrl = clusterUrl(port, password, MIGRATED_DATABASE);

  const kill: PostgresCluster['kill'] = async (name) => {
    // The postmaster first: while it is stopped or dead, it has no new children.
    if (name !== 'SIGCONT') signal(postgres.pid, name);
    for (const child of await childrenOf(postgres.pid)) signal(child, name);
    if (name === 'SIGCONT') signal(postgres.pid, name);
    if (name === 'SIGKILL') await postgres.exited;
  };
  const end = async (): Promise<void> => {
    await kill('SIGCONT');
    await postgres.stop();
  };
  return {
    databaseUrl,
    get pid() {
      return postgres.pid;
    },
    kill,
    async restart() {
      await end();
      postgres = await launchPostgresPatiently({ ...launch, port });
    },
    async keepCopy() {
      await end();
      await copyCluster(clusterDirectory, copyDirectory);
      postgres = await launchPostgresPatiently({ ...launch, port });
    },
    async goBackToCopy() {
      await end();
      await rm(clusterDirectory, { recursive: true });
      await copyCluster(copyDirectory, clusterDirectory);
      postgres = await launchPostgresPatiently({ ...launch, port });
    },
    async stop() {
      await end();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

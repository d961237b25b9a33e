import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { limitVariables } from '../../src/config/limits.js';
import type { Command, FromGenerator, Results, Room } from '../generator/commands.js';
import type { MemoryInUse, Pause } from '../servers/probe.js';
import { type Child, startChild } from './children.js';
import { SECRET, withoutTokens } from './clinic.js';
import type { Cores } from './cores.js';
import type { BenchDatabase } from './database.js';

/** The directory of the bundled programs. This file is part of one of them. */
export const PROGRAMS = fileURLToPath(new URL('.', import.meta.url));

/** The product, and what it is compared with. */
export type TargetName = 'relay' | 'product';

/** A running server, in one process or several, with a load generator of its own. */
export interface Target {
  readonly name: TargetName;
  /** The URL of each process. */
  readonly urls: readonly string[];
  /** The time from the start of the first process until it listened, in ms. */
  readonly startUpMs: number;
  run<C extends Command>(command: C): Promise<Results[C['type']]>;
  /** Opens connections, and lets them join if asked to. The relay gets no tokens. */
  open(rooms: readonly Room[], options: { join: boolean; concurrency?: number }): Promise<Results['open']>;
  /** The memory of the first process. */
  memory(): Promise<MemoryInUse>;
  /** Writes a CPU profile of the first process during the work into the file. */
  profiled<Result>(file: string, work: () => Promise<Result>): Promise<Result>;
  /** Does the work, and reports when the first process only collected garbage, or had a long turn of its event loop. */
  withPauses<Result>(work: () => Promise<Result>): Promise<{ result: Result; pauses: readonly Pause[] }>;
  end(): Promise<void>;
}

export interface Stand {
  /** The directory of the repository. */
  readonly root: string;
  readonly cores: Cores | null;
  /** Node's flags for both servers. */
  readonly serverFlags: readonly string[];
}

const OPEN_CONCURRENCY = 32;
let epoch = 0;

const MOST = '1000000';
const HOUR_MS = '3600000';

/** Limits that are checked with each message and never reached. */
const HIGH_LIMITS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.keys(limitVariables)
      .filter((name) => name.startsWith('RATE_LIMIT_'))
      .map((name) => [name, MOST]),
  ),
  MAX_CONNECTIONS_PER_ADDRESS: MOST,
  // Idle connections are measured, too, so they must not be closed.
  JOIN_WITHIN_MS: HOUR_MS,
};

/** The environment of the built server, with tokens, on that database. */
export function productEnvironment(databaseUrl: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    CHAT_JWT_SECRET: SECRET,
    PORT: '0',
    NODE_ENV: 'production',
    DRAIN_SECONDS: '0',
    LOG_LEVEL: 'info',
    ...HIGH_LIMITS,
  };
}

export interface Processes {
  /** How many processes; one when left out. */
  readonly count?: number;
  /** Further variables for each process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The databases of all processes but the first, where each has its own. */
  readonly moreDatabases?: readonly BenchDatabase[];
}

/**
 * Starts a server and its generator.
 *
 * @throws when the server ends before it listens.
 */
export async function startTarget(
  stand: Stand,
  name: TargetName,
  database: BenchDatabase | null,
  { count = 1, env = {}, moreDatabases = [] }: Processes = {},
): Promise<Target> {
  const { cores } = stand;
  const first = startServer(stand, name, database, env);
  const servers = [
    first,
    ...Array.from({ length: count - 1 }, (_, index) =>
      startServer(stand, name, moreDatabases[index] ?? database, env),
    ),
  ];
  const startUps = await Promise.all(servers.map(listening));
  const generator = startChild({
    name: `the generator of the ${name}`,
    node: [join(PROGRAMS, 'generator', 'main.js')],
    core: cores?.others ?? null,
  });
  epoch = (epoch + 1) % 1_000;
  const databasePids = [database, ...moreDatabases].flatMap((one) =>
    one === null || name === 'relay' ? [] : [one.pid],
  );
  const urls = startUps.map(({ url }) => url);
  const addresses = urls.map((url, index) => ({
    port: Number(new URL(url).port),
    pid: servers[index]?.pid ?? Number.NaN,
  }));
  generator.send({ settings: { servers: addresses, databasePids, epoch } });
  const run: Target['run'] = (command) =>
    generator.ask({ command }) as Promise<Extract<FromGenerator, { result: unknown }>['result'] & never>;
  return {
    name,
    urls,
    startUpMs: startUps[0]?.ms ?? Number.NaN,
    run,
    open: (rooms, { join, concurrency = OPEN_CONCURRENCY }) => {
      const own = name === 'relay' ? withoutTokens(rooms) : rooms;
      return run({ type: 'open', rooms: own, join, concurrency });
    },
    memory: async () => (await first.ask({ ask: 'memory' })) as MemoryInUse,
    profiled: async (file, work) => {
      await first.ask({ ask: 'start profile' });
      const result = await work();
      await first.ask({ ask: 'stop profile', file });
      return result;
    },
    withPauses: async (work) => {
      await first.ask({ ask: 'start pauses' });
      const result = await work();
      return { result, pauses: (await first.ask({ ask: 'stop pauses' })) as readonly Pause[] };
    },
    end: async () => {
      await Promise.all([generator.end(), ...servers.map((server) => server.end())]);
    },
  };
}

export function startServer(
  stand: Stand,
  name: TargetName,
  database: BenchDatabase | null,
  more: Readonly<Record<string, string>>,
): Child {
  const { root, cores, serverFlags } = stand;
  const probe = ['--expose-gc', '--import', pathToFileURL(join(PROGRAMS, 'servers', 'probe.js')).href];
  const core = cores?.server ?? null;
  if (name === 'relay') {
    return startChild({
      name,
      node: [...probe, ...serverFlags, join(PROGRAMS, 'servers', 'relay.js')],
      env: more,
      core,
    });
  }
  const env = { ...(database === null ? {} : productEnvironment(database.url)), ...more };
  return startChild({ name, node: [...probe, ...serverFlags, join(root, 'dist', 'main.js')], env, core });
}

/** Waits until the server says that it listens. */
export async function listening(server: Child): Promise<{ readonly url: string; readonly ms: number }> {
  const line = await server.line((candidate) => candidate.includes('"server.listening"'));
  const ms = performance.now() - server.startedAt;
  return { url: (JSON.parse(line) as { url: string }).url, ms };
}

import { join } from 'node:path';
import { findFreePort } from '../../../src/adapters/embedded-postgres/postgres-process.js';
import { createSerialQueue, type SerialQueue } from '../faults/serial-queue.js';
import type { Random } from '../random.js';
import { openTcpProxy, type TcpProxy } from '../tcp-proxy.js';
import { createBalancer } from './balancer.js';
import { type ChaosServer, createChaosServer } from './chaos-server.js';
import { type EngineLink, openEngineLink } from './engine-link.js';
import { watchReadiness } from './readiness.js';

const SECOND_MS = 1_000;
/** How far the clocks of several processes are apart before anybody steps one; of one alone it is right. */
const FIRST_OFFSETS_MS = [0, -40, 190, 1, -300, 20, -2, 75].map((seconds) => seconds * SECOND_MS);

/** One process, with its own ways to PostgreSQL and Redis. */
export interface FleetMember {
  readonly server: ChaosServer;
  /** For what ends or stops the process: one after the other. */
  readonly queue: SerialQueue;
  /** null for a process that is alone, which needs no network of its own. */
  readonly database: EngineLink | null;
  /** null where the processes do not hear of each other through Redis. */
  readonly redis: EngineLink | null;
}

/** All processes that serve the chat, one or several, and what stands in front of them. */
export interface Fleet {
  readonly members: readonly [FleetMember, ...FleetMember[]];
  /** How often any of them ended without having been told to. */
  readonly crashes: number;
  /** All at once. Resolves when all of them listen. */
  start(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** For one client, who comes to this member first and then goes by chance, and stays wherever it is. */
  openNetwork(first: number, random: Random): Promise<TcpProxy>;
  /** For a crowd that is spread over all processes. */
  openCrowdNetwork(): Promise<TcpProxy>;
  /** Where the last connection of this network went. */
  memberOf(network: TcpProxy): FleetMember;
  close(): Promise<void>;
}

export interface FleetOptions {
  readonly processes: number;
  readonly databaseUrl: string;
  /** null where the processes hear of each other through PostgreSQL. */
  readonly redisUrl: string | null;
  /** Each process writes its log here. */
  readonly directory: string;
}

export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const [first, ...others] = Array.from({ length: options.processes }, (_, index) => index);
  if (first === undefined) throw new Error('there is at least one process');
  const members = [await openMember(first, options), ...(await openMembers(others, options))] as const;
  return createFleet(members);
}

async function openMembers(indices: readonly number[], options: FleetOptions): Promise<FleetMember[]> {
  const members: FleetMember[] = [];
  // One after the other, so that no two get the same free port.
  for (const index of indices) members.push(await openMember(index, options));
  return members;
}

async function openMember(index: number, options: FleetOptions): Promise<FleetMember> {
  const { processes, databaseUrl, redisUrl, directory } = options;
  const isAlone = processes === 1;
  const database = isAlone ? null : await openEngineLink(databaseUrl);
  const redis = redisUrl === null ? null : await openEngineLink(redisUrl);
  const peers = redis === null ? { PEERS: 'postgres' } : { PEERS: 'redis', REDIS_URL: redis.url };
  const ofSeveral = { ...peers, DRAIN_SECONDS: '1' };
  const server = createChaosServer({
    port: await findFreePort(),
    databaseUrl: database?.url ?? databaseUrl,
    logFile: join(directory, isAlone ? 'server.log' : `server-${index + 1}.log`),
    clockOffsetMs: FIRST_OFFSETS_MS[index % FIRST_OFFSETS_MS.length] ?? 0,
    settings: isAlone ? {} : ofSeveral,
  });
  return { server, queue: createSerialQueue(), database, redis };
}

function createFleet(members: Fleet['members']): Fleet {
  const servers = members.map(({ server }) => server);
  const ports = servers.map(({ port }) => port);
  const [alone, ...others] = ports;
  const isAlone = others.length === 0 && alone !== undefined;
  const readiness = isAlone ? null : watchReadiness(ports);
  const balancer = createBalancer(ports, (port) => readiness?.takesPeople(port) ?? true);
  return {
    members,
    get crashes() {
      return servers.reduce((total, { crashes }) => total + crashes, 0);
    },
    start: async () => {
      await Promise.all(servers.map((server) => server.start()));
    },
    kill: async () => {
      await Promise.all(servers.map((server) => server.kill()));
    },
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
    openNetwork: (first, random) => {
      if (isAlone) return openTcpProxy(alone);
      const home = ports[first % ports.length];
      const elsewhere = random.shuffled(ports.filter((port) => port !== home));
      return openTcpProxy(balancer.sticky(home === undefined ? elsewhere : [home, ...elsewhere]));
    },
    openCrowdNetwork: () => openTcpProxy(isAlone ? alone : balancer.spread()),
    memberOf: ({ target }) => members.find(({ server }) => server.port === target) ?? members[0],
    close: async () => {
      readiness?.stop();
      const links = members.flatMap(({ database, redis }) => [database, redis]);
      await Promise.all(links.map((link) => link?.network.close()));
    },
  };
}

import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Opened } from '../generator/commands.js';
import { barChart } from '../report/chart.js';
import { median, medianOf } from '../report/statistics.js';
import type { MemoryInUse } from '../servers/probe.js';
import { openClinic, roomsOf, withoutTokens } from '../stand/clinic.js';
import { startTarget, type Target } from '../stand/stand.js';
import { type Group, inPairs, type Pair, TARGETS } from './group.js';

const CONNECTIONS = 5_000;
const QUICK_CONNECTIONS = 200;
/** How many open files a process needs besides its connections. */
const OTHER_FILES = 200;
/** Connections that are opened and closed before anything is measured, so that code and pools are warm. */
const WARM_UP_ROOMS = 100;
const SETTLE_MS = 500;

interface Connecting {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** The server's CPU time for each connection, in microseconds. */
  readonly serverCpu: number;
  readonly joinsPerSecond: number;
  readonly joinServerCpu: number;
  /** The memory for each connection that is open and does nothing, in bytes, after a full garbage collection. */
  readonly idle: Memory;
  /** The same once it has joined a consultation. */
  readonly joined: Memory;
}

interface Memory {
  /** Without V8's space for young objects, which grows once with the work and belongs to no connection. */
  readonly rss: number;
  /** With that space. */
  readonly rssInAll: number;
  /** The heap and the memory outside of it. */
  readonly used: number;
}

/**
 * Opens many connections, each of which signs in. They are idle at first, and then they join. Every round has servers
 * of its own.
 */
export const connectGroup: Group = async (context) => {
  const { stand, quick, say } = context;
  const wanted = quick ? QUICK_CONNECTIONS : CONNECTIONS;
  const connections = Math.min(wanted, (await openFilesLimit()) - OTHER_FILES);
  const database = await context.database();
  const clinic = { prefix: 'connect', consultations: Math.floor(connections / 2) };
  say(`opens ${clinic.consultations} consultations`);
  await openClinic(database.url, clinic);
  const rooms = await roomsOf(clinic, 2);
  const pairs = await inPairs(quick ? 1 : 3, async (name, round) => {
    say(`round ${round + 1}, ${name}`);
    const target = await startTarget(stand, name, database);
    try {
      return await connectAll(target, rooms);
    } finally {
      await target.end();
    }
  });
  return report(pairs, rooms.length * 2, wanted);
};

async function connectAll(target: Target, rooms: Awaited<ReturnType<typeof roomsOf>>): Promise<Connecting> {
  const own = target.name === 'relay' ? withoutTokens(rooms) : rooms;
  await target.open(own.slice(0, WARM_UP_ROOMS), { join: true });
  await target.run({ type: 'close' });
  await delay(SETTLE_MS);
  const before = await target.memory();
  const opened = await target.open(own, { join: false });
  const idle = await target.memory();
  const joined = await target.run({ type: 'join', concurrency: 32 });
  await delay(SETTLE_MS);
  const inside = await target.memory();
  const each = (after: MemoryInUse): Memory => ({
    rss: (after.rss - after.young - (before.rss - before.young)) / opened.connections,
    rssInAll: (after.rss - before.rss) / opened.connections,
    used: (after.used - before.used) / opened.connections,
  });
  return {
    perSecond: opened.connections / opened.seconds,
    p50: opened.latency.p50,
    p99: opened.latency.p99,
    serverCpu: cpuOf(opened),
    joinsPerSecond: joined.connections / joined.seconds,
    joinServerCpu: cpuOf(joined),
    idle: each(idle),
    joined: each(inside),
  };
}

function cpuOf({ cpu, connections }: Opened): number {
  return (cpu.server * 1_000) / connections;
}

/** The soft limit of open files of this process, which its children share; a thousand if nobody tells. */
async function openFilesLimit(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 1_000);
}

function report(pairs: readonly Pair<Connecting>[], connections: number, wanted: number) {
  const ratio = (value: (one: Connecting) => number): number =>
    median(pairs.map(({ relay, product }) => value(product) / value(relay)));
  const middle = TARGETS.map((name) => {
    const of = (value: (one: Connecting) => number): number => medianOf(pairs, (pair) => value(pair[name]));
    return {
      name,
      perSecond: of((one) => one.perSecond),
      p50: of((one) => one.p50),
      p99: of((one) => one.p99),
      serverCpu: of((one) => one.serverCpu),
      joinsPerSecond: of((one) => one.joinsPerSecond),
      joinServerCpu: of((one) => one.joinServerCpu),
      idleRss: of((one) => one.idle.rss),
      idleRssInAll: of((one) => one.idle.rssInAll),
      idleUsed: of((one) => one.idle.used),
      joinedRss: of((one) => one.joined.rss),
      joinedRssInAll: of((one) => one.joined.rssInAll),
      joinedUsed: of((one) => one.joined.used),
    };
  });
  return {
    group: 'connect',
    ratios: [
      {
        name: 'memory of an idle connection (in use), by the relay',
        value: ratio(({ idle }) => idle.used),
        goal: 'at most 1.1',
      },
      {
        name: 'memory of an idle connection (RSS), by the relay',
        value: ratio(({ idle }) => idle.rss),
        goal: 'at most 1.1',
      },
      {
        name: 'memory of one that has joined (in use), by the relay',
        value: ratio(({ joined }) => joined.used),
      },
      { name: 'memory of one that has joined (RSS), by the relay', value: ratio(({ joined }) => joined.rss) },
      { name: 'connections a second, by the relay', value: ratio(({ perSecond }) => perSecond) },
      { name: 'server CPU a connection, by the relay', value: ratio(({ serverCpu }) => serverCpu) },
    ],
    tables: [
      {
        title: `${connections} connections, those of the product with a token, 32 at a time`,
        columns: ['', 'connections/s', 'p50 ms', 'p99 ms', 'server µs', 'joins/s', 'server µs a join'],
        rows: middle.map((one) => [
          one.name,
          Math.round(one.perSecond),
          one.p50,
          one.p99,
          one.serverCpu,
          Math.round(one.joinsPerSecond),
          one.joinServerCpu,
        ]),
      },
      {
        title: 'memory of one connection after a full collection, in bytes',
        columns: ['', 'idle, in use', 'idle, RSS', '… in all', 'joined, in use', 'joined, RSS', '… in all'],
        rows: middle.map((one) => [
          one.name,
          ...[one.idleUsed, one.idleRss, one.idleRssInAll].map(Math.round),
          ...[one.joinedUsed, one.joinedRss, one.joinedRssInAll].map(Math.round),
        ]),
      },
    ],
    notes: [
      'RSS is without what V8 holds for young objects, which grows once up to a limit; "in all" is with it.',
      ...(connections < wanted ? [`Not ${wanted}: no more files may be open, see ulimit -n.`] : []),
    ],
    chart: barChart({
      title: `${connections} connections`,
      groups: [
        {
          heading: 'bytes in use, idle',
          bars: middle.map((one, series) => ({ label: one.name, value: one.idleUsed, series })),
        },
        {
          heading: 'bytes in use, joined',
          bars: middle.map((one, series) => ({ label: one.name, value: one.joinedUsed, series })),
        },
        {
          heading: 'connections a second',
          bars: middle.map((one, series) => ({ label: one.name, value: one.perSecond, series })),
        },
      ],
    }),
    figures: { medians: middle, rounds: pairs },
  };
}

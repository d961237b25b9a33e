import { join } from 'node:path';
import { hasRedis, type RunningRedis, startRedis } from '../../test/support/redis.js';
import type { Room } from '../generator/commands.js';
import { barChart } from '../report/chart.js';
import type { GroupReport } from '../report/report.js';
import { median } from '../report/statistics.js';
import { openClinic, roomsOf } from '../stand/clinic.js';
import { type BenchDatabase, startDatabase } from '../stand/database.js';
import { endLinksOfPeers } from '../stand/peer-links.js';
import { startTarget, type Target, type TargetName } from '../stand/stand.js';
import type { Group, GroupContext } from './group.js';
import { runClosed, sendClinic } from './send.js';
import {
  figuresOf,
  medians,
  requireWhole,
  TRAFFIC_COLUMNS,
  type TrafficFigures,
  trafficCells,
} from './traffic-figures.js';

const ROUNDS = 3;
const MAX_PROCESSES = 2;
/** Redis must not cut off a relay that falls behind, because this group measures what it costs, not when it fails. */
const UNBOUNDED = ['client-output-buffer-limit pubsub 0 0 0'];
/** Finds how many appends conflicted with another one and were decided again. */
const DECIDED_AGAIN = /^consultation_chat_appends_conflicted_total (\d+)/m;

/** Whether the two parties of a consultation are connected to one process or to two. */
type Placement = 'together' | 'apart';

/** One way to run: which server, how many processes, and what carries news between them. */
interface Variant {
  readonly name: string;
  readonly target: TargetName;
  readonly count: 1 | 2;
  readonly placement: Placement;
  /** In turn, as people write; or all at once, so that with the parties apart nearly every append conflicts. */
  readonly senders: 'in turn' | 'all';
  readonly env: Readonly<Record<string, string>>;
  /** Each process has a PostgreSQL of its own, and none knows of the other. This shows what sharing a core costs. */
  readonly strangers?: boolean;
  /** No news arrive during the measurement: PostgreSQL ends the links whenever they are back, or Redis is frozen. */
  readonly isEngineDead?: boolean;
}

/** What the processes use. */
interface Surroundings {
  readonly databases: readonly BenchDatabase[];
  readonly redis: RunningRedis | null;
}

interface Measurement extends TrafficFigures {
  /** The share of messages that were decided more than once; NaN for the relay. */
  readonly decidedAgain: number;
  /** How many messages share a commit; NaN for the relay. */
  readonly perCommit: number;
}

type Round = ReadonlyMap<string, Measurement>;

/** Compares one process with two whose parties are together or apart, over each engine that carries news. */
export const clusterGroup: Group = async (context) => {
  const perProcess = sendClinic(context.quick);
  const clinic = { ...perProcess, consultations: perProcess.consultations * MAX_PROCESSES };
  const other = await startDatabase(join(context.directory, 'other'));
  try {
    const databases = [await context.database(), other];
    for (const { url } of databases) await openClinic(url, clinic);
    return await measureAll(context, databases, await roomsOf(clinic, 2));
  } finally {
    await other.stop();
  }
};

async function measureAll(
  context: GroupContext,
  databases: readonly BenchDatabase[],
  rooms: readonly Room[],
): Promise<GroupReport> {
  const redis = hasRedis() ? await startRedis({ password: null, settings: UNBOUNDED }) : null;
  try {
    const variants = variantsWith(redis?.url ?? null);
    const rounds: Round[] = [];
    for (let round = 0; round < (context.quick ? 1 : ROUNDS); round += 1) {
      rounds.push(await runRound(context, { databases, redis }, variants, rooms, round));
    }
    return report(rounds, redis !== null);
  } finally {
    await redis?.stop();
  }
}

function variantsWith(redisUrl: string | null): readonly Variant[] {
  const product = { target: 'product', placement: 'together', senders: 'in turn' } as const;
  const atOnce = { target: 'product', placement: 'apart', senders: 'all' } as const;
  const two = (name: string, env: Variant['env'], target: TargetName = 'product'): Variant[] =>
    (['together', 'apart'] as const).map((placement) => ({
      name: `${name}, ${placement}`,
      target,
      count: 2,
      placement,
      senders: 'in turn' as const,
      env,
    }));
  const dead = (engine: string, env: Variant['env']): Variant => ({
    ...product,
    name: `${engine}, together, its links dead`,
    count: 2,
    env,
    isEngineDead: true,
  });
  return [
    { name: 'relay', target: 'relay', count: 1, placement: 'together', senders: 'in turn', env: {} },
    { ...product, name: 'one', count: 1, env: { PEERS: 'none' } },
    { ...product, name: 'one that listens', count: 1, env: { PEERS: 'postgres' } },
    { ...product, name: 'two strangers', count: 2, env: { PEERS: 'none' }, strangers: true },
    ...two('postgres', { PEERS: 'postgres' }),
    dead('postgres', { PEERS: 'postgres' }),
    { ...atOnce, name: 'one, all at once', count: 1, env: { PEERS: 'none' } },
    { ...atOnce, name: 'postgres, apart, all at once', count: 2, env: { PEERS: 'postgres' } },
    ...(redisUrl === null
      ? []
      : [
          ...two('redis', { PEERS: 'redis', REDIS_URL: redisUrl }),
          dead('redis', { PEERS: 'redis', REDIS_URL: redisUrl }),
          ...two('relay with redis', { REDIS_URL: redisUrl }, 'relay'),
        ]),
  ];
}

/** Measures every variant once, each with processes of its own. Each round begins with another variant. */
async function runRound(
  context: GroupContext,
  surroundings: Surroundings,
  variants: readonly Variant[],
  rooms: readonly Room[],
  round: number,
): Promise<Round> {
  const measured = new Map<string, Measurement>();
  const first = (round * 2) % variants.length;
  for (const variant of [...variants.slice(first), ...variants.slice(0, first)]) {
    context.say(`round ${round + 1}, ${variant.name}`);
    try {
      measured.set(variant.name, await measure(context, surroundings, variant, rooms));
    } catch (error) {
      // Relays may lose messages and connections, and then have no figures. The product may not lose any. Only where
      // all send at once, which no conversation does, it may say that it is overloaded.
      if (variant.target === 'product' && variant.senders === 'in turn') throw error;
      context.say(String(error));
    }
  }
  return measured;
}

async function measure(
  { stand, quick }: GroupContext,
  surroundings: Surroundings,
  variant: Variant,
  rooms: readonly Room[],
): Promise<Measurement> {
  const { name, target: targetName, count, placement, senders, env, strangers = false } = variant;
  const { databases } = surroundings;
  const [database = null, ...others] = targetName === 'product' ? databases : [];
  const used = database === null ? [] : strangers ? [database, ...others] : [database];
  const moreDatabases = strangers ? others : [];
  const target = await startTarget(stand, targetName, database, { count, env, moreDatabases });
  try {
    await target.open(placed(rooms, count, placement), { join: true });
    const before = await commitsOf(used);
    const goOn = variant.isEngineDead === true ? await endEngine(variant, surroundings) : NOTHING;
    const closed = await runClosed(target, quick, false, senders).finally(goOn);
    const traffic = requireWhole(name, closed);
    const perCommit = traffic.sent / ((await commitsOf(used)) - before);
    return { ...figuresOf(traffic), decidedAgain: (await decidedAgainOf(target)) / traffic.sent, perCommit };
  } finally {
    await target.end();
  }
}

const NOTHING = async (): Promise<void> => {};

/** Keeps news from arriving. @returns a function that lets the engine go on. */
async function endEngine(
  { env }: Variant,
  { databases: [database], redis }: Surroundings,
): Promise<() => Promise<void>> {
  if (env['PEERS'] !== 'redis') return database === undefined ? NOTHING : endLinksOfPeers(database.url);
  redis?.freeze();
  return async () => redis?.goOn();
}

/** Gives each process as many connections as one alone has. With fewer, fewer messages would share a commit. */
function placed(rooms: readonly Room[], count: number, placement: Placement): Room[] {
  return rooms.slice(0, (rooms.length / MAX_PROCESSES) * count).map(({ consultationId, members }, room) => ({
    consultationId,
    members: members.map((member, index) => ({
      ...member,
      server: (placement === 'apart' ? index : room) % count,
    })),
  }));
}

/** NaN if there is no database. */
async function commitsOf(databases: readonly BenchDatabase[]): Promise<number> {
  let sum = databases.length === 0 ? Number.NaN : 0;
  for (const database of databases) sum += await database.commits();
  return sum;
}

/** NaN for a server that does not count it. */
async function decidedAgainOf({ name, urls }: Target): Promise<number> {
  if (name === 'relay') return Number.NaN;
  let sum = 0;
  for (const url of urls) {
    const text = await (await fetch(`${url}/metrics`)).text();
    sum += Number(DECIDED_AGAIN.exec(text)?.[1] ?? 0);
  }
  return sum;
}

function report(rounds: readonly Round[], hasRedis: boolean) {
  const names = [...new Set(rounds.flatMap((round) => [...round.keys()]))];
  const all = (name: string): Measurement[] =>
    rounds.map((round) => round.get(name)).filter((one) => one !== undefined);
  const ratio = (name: string, by: string, figure: keyof TrafficFigures): number =>
    median(
      rounds.map(
        (round) => (round.get(name)?.[figure] ?? Number.NaN) / (round.get(by)?.[figure] ?? Number.NaN),
      ),
    );
  const middle = (name: string, figure: 'decidedAgain' | 'perCommit'): number =>
    median(all(name).map((one) => one[figure]));
  const rows = names.map((name) => ({ name, figures: medians(all(name)) }));
  return {
    group: 'cluster',
    ratios: ratiosOf(ratio, (name) => middle(name, 'decidedAgain'), hasRedis),
    tables: [
      {
        title: 'closed loop; server µs are of all processes, which share one core',
        columns: ['', ...TRAFFIC_COLUMNS, 'messages a commit', 'decided again %'],
        rows: rows.map(({ name, figures }) => [
          name,
          ...trafficCells(figures),
          middle(name, 'perCommit'),
          100 * middle(name, 'decidedAgain'),
        ]),
      },
    ],
    notes: hasRedis ? [] : ['redis-server is not installed: nothing was measured over Redis.'],
    chart: barChart({
      title: 'One process and two: server CPU a message',
      groups: [
        {
          heading: 'µs of all server processes',
          bars: rows.map(({ name, figures }) => ({
            label: name,
            value: figures.serverCpu,
            series: name.startsWith('relay') ? 0 : 1,
          })),
        },
      ],
    }),
    figures: { medians: rows, rounds: rounds.map((round) => Object.fromEntries(round)) },
  };
}

function ratiosOf(
  ratio: (name: string, by: string, figure: keyof TrafficFigures) => number,
  decidedAgain: (name: string) => number,
  hasRedis: boolean,
) {
  const engines = hasRedis ? ['postgres', 'redis'] : ['postgres'];
  return [
    {
      name: 'one process, server CPU by the relay',
      value: ratio('one', 'relay', 'serverCpu'),
      goal: 'at most 1.4',
    },
    {
      name: 'one that listens and is alone, server CPU by one',
      value: ratio('one that listens', 'one', 'serverCpu'),
      goal: 'within noise',
    },
    {
      name: 'one that listens and is alone, database CPU by one',
      value: ratio('one that listens', 'one', 'databaseCpu'),
      goal: 'at most 1.1',
    },
    {
      name: 'two that know nothing of each other, server CPU by one',
      value: ratio('two strangers', 'one', 'serverCpu'),
      goal: 'what a core costs that two share',
    },
    ...engines.flatMap((engine) => [
      {
        name: `two by ${engine}, parties together, server CPU by one`,
        value: ratio(`${engine}, together`, 'one', 'serverCpu'),
        goal: 'at most 1.10',
      },
      ...(['serverCpu', 'p99'] as const).map((figure) => ({
        name: `two by ${engine}, parties together, ${figure === 'p99' ? 'p99' : 'server CPU'} with the links dead by alive`,
        value: ratio(`${engine}, together, its links dead`, `${engine}, together`, figure),
        goal: 'within noise',
      })),
      {
        name: `two by ${engine}, parties apart, server CPU by one`,
        value: ratio(`${engine}, apart`, 'one', 'serverCpu'),
        goal: 'at most 1.35',
      },
      {
        name: `two by ${engine}, parties apart, database CPU by one`,
        value: ratio(`${engine}, apart`, 'one', 'databaseCpu'),
        goal: 'at most 1.5',
      },
      {
        name: `two by ${engine}, parties apart, appends decided again, percent`,
        value: 100 * decidedAgain(`${engine}, apart`),
        goal: 'at most 2',
      },
      ...(hasRedis
        ? [
            {
              name: `two by ${engine}, parties apart, server CPU by two relays with the Redis adapter`,
              value: ratio(`${engine}, apart`, 'relay with redis, apart', 'serverCpu'),
              goal: 'below 1 where possible',
            },
          ]
        : []),
    ]),
  ];
}

import type { RoomRange } from '../generator/commands.js';
import { barChart } from '../report/chart.js';
import { median, medianOf } from '../report/statistics.js';
import { openClinic, roomsOf } from '../stand/clinic.js';
import { startTarget, type Target } from '../stand/stand.js';
import type { Group } from './group.js';
import { figuresOf, requireWhole, type TrafficFigures } from './traffic-figures.js';

/** How many consultations of each kind are measured together. */
const SET = 10;
const SHORT = 9;
const LONG = 9_999;
const QUICK_LONG = 300;
/** How many messages each party sends in one measurement: few, so that a short consultation stays short. */
const PER_SENDER = 10;
const WARM_UP_PER_SENDER = 100;
const FILL_IN_FLIGHT = 50;

type Kind = 'short' | 'long';
type Figures = Readonly<Record<Kind, TrafficFigures>>;

/** Ranges of consultations: first those that warm up the code, then the long ones, then sets of short ones. */
const WARM_UP: RoomRange = [0, SET];
const LONG_ONES: RoomRange = [SET, 2 * SET];
const shortOnes = (set: number): RoomRange => [(2 + set) * SET, (3 + set) * SET];

/**
 * Measures the next message of a consultation that has few, and of one that has many; and the first message after a
 * start.
 */
export const lengthGroup: Group = async (context) => {
  const { stand, quick, say } = context;
  const rounds = quick ? 1 : 9;
  const restarts = quick ? 1 : 6;
  const long = quick ? QUICK_LONG : LONG;
  const clinic = { prefix: 'length', consultations: (2 + rounds + restarts) * SET };
  const database = await context.database();
  await openClinic(database.url, clinic);
  const rooms = await roomsOf(clinic, 2);
  let product = await startTarget(stand, 'product', database);
  await product.open(rooms, { join: true });
  say(`fills ${SET} consultations with ${long} messages each, the others with ${SHORT}`);
  await fill(product, [0, SET], SHORT);
  await fill(product, LONG_ONES, long);
  await fill(product, [2 * SET, rooms.length], SHORT);
  const warm: Figures[] = [];
  await oneAfterTheOther(product, WARM_UP, WARM_UP_PER_SENDER);
  for (let round = 0; round < rounds; round += 1) {
    say(`warm, round ${round + 1}`);
    const measured = (range: RoomRange) => oneAfterTheOther(product, range, PER_SENDER);
    warm.push(await inTurn(round, shortOnes(round), measured));
  }
  const cold: Figures[] = [];
  for (let restart = 0; restart < restarts; restart += 1) {
    say(`just started, round ${restart + 1}`);
    await product.end();
    product = await startTarget(stand, 'product', database);
    cold.push(await firstMessages(product, rooms, restart, shortOnes(rounds + restart)));
  }
  await product.end();
  return report(warm, cold, long);
};

async function fill(product: Target, range: RoomRange, messages: number): Promise<void> {
  requireWhole('fill', await product.run({ type: 'fill', rooms: range, messages, inFlight: FILL_IN_FLIGHT }));
}

async function oneAfterTheOther(
  product: Target,
  rooms: RoomRange,
  perSender: number,
): Promise<TrafficFigures> {
  const amount = { perSender };
  const traffic = await product.run({ type: 'closed', rooms, senders: 'all', acknowledged: false, amount });
  return figuresOf(requireWhole('length', traffic));
}

/** Measures both kinds, one right after the other. Each goes first every other time. */
async function inTurn(
  round: number,
  short: RoomRange,
  measure: (range: RoomRange) => Promise<TrafficFigures>,
): Promise<Figures> {
  if (round % 2 === 0) return { short: await measure(short), long: await measure(LONG_ONES) };
  const first = await measure(LONG_ONES);
  return { short: await measure(short), long: first };
}

/** By now code and connections are warm. Nobody has joined the other consultations, so nothing of them is in memory. */
async function firstMessages(
  product: Target,
  rooms: Parameters<Target['open']>[0],
  restart: number,
  short: RoomRange,
): Promise<Figures> {
  const [from, to] = WARM_UP;
  await product.open(rooms.slice(from, to), { join: true });
  await oneAfterTheOther(product, WARM_UP, WARM_UP_PER_SENDER);
  await product.open(rooms.slice(to), { join: false });
  const first = async (range: RoomRange): Promise<TrafficFigures> => {
    const traffic = await product.run({ type: 'one by one', rooms: range });
    if (traffic.refused > 0) throw new Error(`a first message was refused: ${traffic.refusal}`);
    return figuresOf(traffic);
  };
  return inTurn(restart, short, first);
}

function report(warm: readonly Figures[], cold: readonly Figures[], long: number) {
  const ratio = (rounds: readonly Figures[], name: keyof TrafficFigures): number =>
    median(rounds.map((round) => round.long[name] / round.short[name]));
  const rows = [
    { what: 'warm', rounds: warm },
    { what: 'first message after a start', rounds: cold },
  ].flatMap(({ what, rounds }) =>
    (['short', 'long'] as const).map((kind) => ({
      label: `${what}, ${kind === 'short' ? SHORT + 1 : long + 1}th`,
      kind,
      p50: medianOf(rounds, (round) => round[kind].p50),
      p99: medianOf(rounds, (round) => round[kind].p99),
      serverCpu: medianOf(rounds, (round) => round[kind].serverCpu),
      databaseCpu: medianOf(rounds, (round) => round[kind].databaseCpu),
    })),
  );
  return {
    group: 'length',
    ratios: [
      { name: 'server CPU, warm, long by short', value: ratio(warm, 'serverCpu'), goal: '1' },
      { name: 'database CPU, warm, long by short', value: ratio(warm, 'databaseCpu'), goal: '1' },
      { name: 'p50 of the first message after a start, long by short', value: ratio(cold, 'p50'), goal: '1' },
      { name: 'server CPU of it, long by short', value: ratio(cold, 'serverCpu'), goal: '1' },
      { name: 'database CPU of it, long by short', value: ratio(cold, 'databaseCpu'), goal: '1' },
    ],
    tables: [
      {
        title: `the ${SHORT + 1}th message of a consultation and the ${long + 1}th`,
        columns: ['', 'p50 ms', 'p99 ms', 'server µs/msg', 'database µs/msg'],
        rows: rows.map((row) => [row.label, row.p50, row.p99, row.serverCpu, row.databaseCpu]),
      },
    ],
    notes: [],
    chart: barChart({
      title: 'A message of a short and of a long consultation',
      groups: [
        {
          heading: 'server CPU, µs',
          bars: rows.map(({ label, serverCpu, kind }) => ({
            label,
            value: serverCpu,
            series: kind === 'short' ? 0 : 1,
          })),
        },
        {
          heading: 'database CPU, µs',
          bars: rows.map(({ label, databaseCpu, kind }) => ({
            label,
            value: databaseCpu,
            series: kind === 'short' ? 0 : 1,
          })),
        },
      ],
    }),
    figures: { medians: rows, rounds: { warm, cold } },
  };
}

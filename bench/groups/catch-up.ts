import type { Reconnected } from '../generator/commands.js';
import { barChart } from '../report/chart.js';
import { median, medianOf } from '../report/statistics.js';
import { openClinic, roomsOf } from '../stand/clinic.js';
import { startTarget, type Target } from '../stand/stand.js';
import { type Group, inPairs, type Pair, TARGETS } from './group.js';
import { requireWhole } from './traffic-figures.js';

const MESSAGES = 200;
export const CATCH_UP = { consultations: 250, quickConsultations: 10 };
const FILL_IN_FLIGHT = 4;

interface CaughtUp {
  /** The time until the last client had its messages. */
  readonly ms: number;
  readonly p50: number;
  readonly p99: number;
  /** The server's CPU time for each client, in microseconds. */
  readonly serverCpu: number;
  readonly databaseCpu: number;
  readonly megabytes: number;
}

/** Cuts all connections. They come back at once, and each asks for the 200 messages that it has missed. */
export const catchUpGroup: Group = async (context) => {
  const { stand, quick, say } = context;
  const clinic = {
    prefix: 'catch-up',
    consultations: quick ? CATCH_UP.quickConsultations : CATCH_UP.consultations,
  };
  const database = await context.database();
  await openClinic(database.url, clinic);
  const rooms = await roomsOf(clinic, 2);
  let relay = await startTarget(stand, 'relay', null);
  let product = await startTarget(stand, 'product', database);
  say(`fills ${rooms.length} consultations`);
  await product.open(rooms, { join: true });
  await fillRooms(product, rooms.length);
  await relay.open(rooms, { join: true });
  const measured = (what: string, rounds: number, prepare: (target: Target) => Promise<Target>) =>
    inPairs(rounds, async (name, round) => {
      say(`${what}, round ${round + 1}, ${name}`);
      const target = await prepare(name === 'relay' ? relay : product);
      if (name === 'relay') relay = target;
      else product = target;
      return figuresOf(await target.run({ type: 'reconnect', after: 0 }));
    });
  const warm = await measured('warm', quick ? 1 : 11, async (target) => target);
  const cold = await measured('just started', quick ? 1 : 5, async (target) => {
    await target.end();
    const fresh = await startTarget(stand, target.name, database);
    await fresh.open(rooms, { join: false });
    return fresh;
  });
  await Promise.all([relay.end(), product.end()]);
  return report(warm, cold, rooms.length * 2);
};

/**
 * Stores as many messages in each of the rooms as a client will fetch.
 *
 * @throws when one was lost.
 */
export async function fillRooms(target: Target, rooms: number): Promise<void> {
  const filled = await target.run({
    type: 'fill',
    rooms: [0, rooms],
    messages: MESSAGES,
    inFlight: FILL_IN_FLIGHT,
  });
  requireWhole('fill', filled);
}

/** @throws when a client did not get all of its messages. */
function figuresOf({ seconds, latency, cpu, clients, messages, bytes }: Reconnected): CaughtUp {
  if (messages !== clients * MESSAGES) throw new Error(`${messages} messages came for ${clients} clients`);
  return {
    ms: seconds * 1_000,
    p50: latency.p50,
    p99: latency.p99,
    serverCpu: (cpu.server * 1_000) / clients,
    databaseCpu: (cpu.database * 1_000) / clients,
    megabytes: bytes / 1e6,
  };
}

function report(warm: readonly Pair<CaughtUp>[], cold: readonly Pair<CaughtUp>[], clients: number) {
  const ratio = (pairs: readonly Pair<CaughtUp>[], name: keyof CaughtUp): number =>
    median(pairs.map(({ relay, product }) => product[name] / relay[name]));
  const rows = [
    { what: 'warm', pairs: warm },
    { what: 'just started', pairs: cold },
  ].flatMap(({ what, pairs }) =>
    TARGETS.map((name) => ({
      label: `${name}, ${what}`,
      name,
      ms: medianOf(pairs, (pair) => pair[name].ms),
      p50: medianOf(pairs, (pair) => pair[name].p50),
      p99: medianOf(pairs, (pair) => pair[name].p99),
      serverCpu: medianOf(pairs, (pair) => pair[name].serverCpu),
      databaseCpu: medianOf(pairs, (pair) => pair[name].databaseCpu),
      megabytes: medianOf(pairs, (pair) => pair[name].megabytes),
    })),
  );
  return {
    group: 'catch-up',
    ratios: [
      { name: 'until all have their messages, by the relay', value: ratio(warm, 'ms') },
      { name: 'server CPU a client, by the relay', value: ratio(warm, 'serverCpu') },
      { name: 'until all have their messages, just started, by the relay', value: ratio(cold, 'ms') },
    ],
    tables: [
      {
        title: `${clients} clients reconnect at once and get ${MESSAGES} messages each (the relay's come from memory)`,
        columns: [
          '',
          'all have them, ms',
          'p50 ms',
          'p99 ms',
          'server µs/client',
          'database µs/client',
          'MB',
        ],
        rows: rows.map((row) => [
          row.label,
          row.ms,
          row.p50,
          row.p99,
          row.serverCpu,
          row.databaseCpu,
          row.megabytes,
        ]),
      },
    ],
    notes: [],
    chart: barChart({
      title: `${clients} clients reconnect and get ${MESSAGES} messages each`,
      groups: [
        {
          heading: 'ms until all have them',
          bars: rows.map(({ label, name, ms }) => ({ label, value: ms, series: TARGETS.indexOf(name) })),
        },
        {
          heading: 'µs of the server a client',
          bars: rows.map(({ label, name, serverCpu }) => ({
            label,
            value: serverCpu,
            series: TARGETS.indexOf(name),
          })),
        },
      ],
    }),
    figures: { medians: rows, rounds: { warm, cold } },
  };
}

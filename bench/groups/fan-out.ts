import type { Traffic } from '../generator/commands.js';
import { lineChart } from '../report/chart.js';
import { median } from '../report/statistics.js';
import { openClinic, roomsOf } from '../stand/clinic.js';
import { type Group, inPairs, type Pair, TARGETS, withBoth } from './group.js';
import { figuresOf, medians, ratioOf, requireWhole, type TrafficFigures } from './traffic-figures.js';

/** How many sockets a consultation has besides the one that sends: several devices of both parties. */
const LISTENERS = [1, 2, 5, 10, 25, 50];
const QUICK_LISTENERS = [1, 5];
const CONSULTATIONS = 20;

interface Size {
  readonly listeners: number;
  readonly pairs: readonly Pair<TrafficFigures>[];
}

/** One device of each consultation sends, and sends the next message when all others have the last one. */
export const fanOutGroup: Group = async (context) => {
  const { quick, say } = context;
  const clinic = { prefix: 'fan-out', consultations: CONSULTATIONS };
  const amount = quick ? { warmUpMs: 200, durationMs: 500 } : { warmUpMs: 1_000, durationMs: 5_000 };
  await openClinic((await context.database()).url, clinic);
  return withBoth(context, async (targets) => {
    const sizes: Size[] = [];
    for (const listeners of quick ? QUICK_LISTENERS : LISTENERS) {
      const rooms = await roomsOf(clinic, listeners + 1);
      for (const name of TARGETS) await targets[name].open(rooms, { join: true });
      const pairs = await inPairs(quick ? 1 : 3, async (name, round) => {
        say(`${listeners} listeners, round ${round + 1}, ${name}`);
        const senders = 'first of each room' as const;
        const all = [0, rooms.length] as const;
        const traffic: Traffic = await targets[name].run({
          type: 'closed',
          rooms: all,
          senders,
          acknowledged: false,
          amount,
        });
        return figuresOf(requireWhole(name, traffic));
      });
      for (const name of TARGETS) await targets[name].run({ type: 'close' });
      sizes.push({ listeners, pairs });
    }
    return report(sizes);
  });
};

function report(sizes: readonly Size[]) {
  const rows = sizes.map(({ listeners, pairs }) => {
    const [relay, product] = TARGETS.map((name) => medians(pairs.map((pair) => pair[name])));
    return { listeners, relay, product };
  });
  return {
    group: 'fan-out',
    ratios: sizes.map(({ listeners, pairs }) => ({
      name: `server CPU a message to ${listeners} ${listeners === 1 ? 'listener' : 'listeners'}, by the relay`,
      value: ratioOf(pairs, 'serverCpu'),
    })),
    tables: [
      {
        title: `${CONSULTATIONS} consultations, one device of each sends, done when all the others have it`,
        columns: [
          'listeners',
          'server',
          'msgs/s',
          'deliveries/s',
          'p50 ms',
          'p99 ms',
          'server µs/msg',
          'server µs/delivery',
          'server busy %',
        ],
        rows: rows.flatMap(({ listeners, ...of }) =>
          TARGETS.map((name) => {
            const figures = of[name];
            if (figures === undefined) return [listeners, name];
            // The sender receives its own message, too.
            const deliveries = listeners + 1;
            return [
              String(listeners),
              name,
              Math.round(figures.perSecond),
              Math.round(figures.perSecond * deliveries),
              figures.p50,
              figures.p99,
              figures.serverCpu,
              figures.serverCpu / deliveries,
              Math.round(figures.serverBusy * 100),
            ];
          }),
        ),
      },
    ],
    notes: [],
    chart: lineChart({
      title: 'Server CPU a message, by the number of listeners',
      xTitle: 'listeners',
      yTitle: 'µs',
      series: TARGETS.map((name, series) => ({
        name,
        series,
        points: sizes.map(
          ({ listeners, pairs }) => [listeners, median(pairs.map((pair) => pair[name].serverCpu))] as const,
        ),
      })),
    }),
    figures: { medians: rows, rounds: sizes },
  };
}

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { barChart } from '../report/chart.js';
import { byCategory, type CpuProfile, type SelfTime, selfTimes } from '../report/profile.js';
import { openClinic, roomsOf } from '../stand/clinic.js';
import type { TargetName } from '../stand/stand.js';
import { type Group, TARGETS, withBoth } from './group.js';
import { runClosed, sendClinic } from './send.js';
import { requireWhole } from './traffic-figures.js';

const FUNCTIONS = 40;

interface Profiled {
  readonly name: TargetName;
  /** Microseconds of the server for a message, by the scheduler's count: more than without a profiler. */
  readonly serverCpu: number;
  /** For one message; together they are `serverCpu`. */
  readonly times: readonly SelfTime[];
}

/**
 * Where the servers' time goes while everybody sends. Both parts of the JSON functions are called through a named one
 * here, which costs a little.
 *
 * @param directory keeps the profiles, for a flame graph of a browser's developer tools.
 */
export function profileGroup(directory: string): Group {
  return async (context) => {
    const { quick, say } = context;
    const clinic = sendClinic(quick);
    await openClinic((await context.database()).url, clinic);
    await mkdir(directory, { recursive: true });
    return withBoth(context, async (targets) => {
      const rooms = await roomsOf(clinic, 2);
      const profiled: Profiled[] = [];
      for (const name of TARGETS) {
        const target = targets[name];
        await target.open(rooms, { join: true });
        say(`warms up, ${name}`);
        requireWhole(name, await runClosed(target, quick, false));
        say(`profiles, ${name}`);
        const file = join(directory, `${name}.cpuprofile`);
        const traffic = await target.profiled(file, () => runClosed(target, quick, false));
        const { messages, cpu, sent } = requireWhole(name, traffic);
        const profile = JSON.parse(await readFile(file, 'utf8')) as CpuProfile;
        const serverCpu = (cpu.server * 1_000) / messages;
        // The profile has the messages of the warm-up, too.
        profiled.push({ name, serverCpu, times: scaled(selfTimes(profile), sent, serverCpu) });
      }
      return report(profiled, directory);
    });
  };
}

/**
 * The profiler looks at the clock, which also goes on while somebody else has the core; the scheduler counts what was
 * really used, with the threads that only collect garbage or compile.
 */
function scaled(times: readonly SelfTime[], messages: number, serverCpu: number): SelfTime[] {
  const factor = serverCpu / (times.reduce((sum, { us }) => sum + us, 0) / messages);
  return times.map((time) => ({ ...time, us: (time.us / messages) * factor }));
}

function report(profiled: readonly Profiled[], directory: string) {
  const categories = new Map<string, Map<TargetName, number>>();
  for (const { name, times } of profiled) {
    for (const [category, us] of byCategory(times)) {
      const row = categories.get(category) ?? new Map<TargetName, number>();
      categories.set(category, row.set(name, us));
    }
  }
  const ofProduct = (row: ReadonlyMap<TargetName, number>): number => row.get('product') ?? 0;
  const rows = [...categories].sort(([, a], [, b]) => ofProduct(b) - ofProduct(a));
  const total = (name: TargetName): number => rows.reduce((sum, [, row]) => sum + (row.get(name) ?? 0), 0);
  const cpu = (name: TargetName): number =>
    profiled.find((one) => one.name === name)?.serverCpu ?? Number.NaN;
  return {
    group: 'profile',
    ratios: [
      { name: 'server CPU a message under the profiler, by the relay', value: cpu('product') / cpu('relay') },
    ],
    tables: [
      {
        title: 'self time, µs a message',
        columns: ['', ...TARGETS],
        rows: [
          ...rows.map(([category, row]) => [category, ...TARGETS.map((name) => row.get(name) ?? 0)]),
          ['in all', ...TARGETS.map(total)],
        ],
      },
      ...profiled.map(({ name, times }) => ({
        title: `${name}: functions`,
        columns: ['', 'µs/msg', 'share'],
        rows: times
          .slice(0, FUNCTIONS)
          .map(({ name: called, us }) => [called, us, `${((us / total(name)) * 100).toFixed(1)} %`]),
      })),
    ],
    notes: [`The profiles are in ${directory}: a browser's developer tools show them as flame graphs.`],
    chart: barChart({
      title: 'Where the time of a message goes: self time in the server',
      groups: [
        {
          heading: 'µs a message, grey the relay and blue the product',
          bars: rows.flatMap(([label, row]) =>
            TARGETS.map((name, series) => ({
              label: series === 0 ? label : '',
              value: row.get(name) ?? 0,
              series,
            })),
          ),
        },
      ],
    }),
    figures: profiled.map(({ times, ...one }) => ({
      ...one,
      functions: times.slice(0, FUNCTIONS).map(({ name, category, us }) => ({ name, category, us })),
    })),
  };
}

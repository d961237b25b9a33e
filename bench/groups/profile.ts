import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { barChart } from '../report/chart.js';
import { byCategory, type CpuProfile, type SelfTime, selfTimes } from '../report/profile.js';
import type { TargetName } from '../stand/stand.js';
import { type Group, TARGETS, withBoth } from './group.js';
import { type ProfiledWork, roomsFor } from './profiled-work.js';

const FUNCTIONS = 40;

interface Profiled {
  readonly name: TargetName;
  /** The server's CPU time for a unit, in microseconds, as the scheduler counts it; more than without a profiler. */
  readonly serverCpu: number;
  /** The times for one unit. Together they are `serverCpu`. */
  readonly times: readonly SelfTime[];
}

/**
 * Shows where the servers' time goes while they do that work. Both JSON functions are called through named ones here,
 * which costs a little.
 *
 * @param directory keeps the profiles, for a flame graph in a browser's developer tools.
 */
export function profileGroup(work: ProfiledWork, directory: string): Group {
  return async (context) => {
    const { say } = context;
    const rooms = await roomsFor(work, context);
    await mkdir(directory, { recursive: true });
    return withBoth(context, async (targets) => {
      const profiled: Profiled[] = [];
      for (const name of TARGETS) {
        const target = targets[name];
        const given = { ...context, rooms };
        say(`warms up, ${name}`);
        await work.warmUp(target, given);
        say(`profiles, ${name}`);
        const file = join(directory, `${work.unit}-${name}.cpuprofile`);
        const { units, serverCpu } = await target.profiled(file, () => work.run(target, given));
        const profile = JSON.parse(await readFile(file, 'utf8')) as CpuProfile;
        profiled.push({ name, serverCpu, times: scaled(selfTimes(profile), units, serverCpu) });
      }
      return report(profiled, work.unit, directory);
    });
  };
}

/**
 * Scales the profiler's times to those of the scheduler. The profiler looks at the clock, which also advances while
 * another process has the core. The scheduler counts what was really used, including the threads that only collect
 * garbage or compile.
 */
function scaled(times: readonly SelfTime[], units: number, serverCpu: number): SelfTime[] {
  const factor = serverCpu / (times.reduce((sum, { us }) => sum + us, 0) / units);
  return times.map((time) => ({ ...time, us: (time.us / units) * factor }));
}

function report(profiled: readonly Profiled[], unit: string, directory: string) {
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
      { name: `server CPU a ${unit} under the profiler, by the relay`, value: cpu('product') / cpu('relay') },
    ],
    tables: [
      {
        title: `self time, µs a ${unit}`,
        columns: ['', ...TARGETS],
        rows: [
          ...rows.map(([category, row]) => [category, ...TARGETS.map((name) => row.get(name) ?? 0)]),
          ['in all', ...TARGETS.map(total)],
        ],
      },
      ...profiled.map(({ name, times }) => ({
        title: `${name}: functions`,
        columns: ['', `µs/${unit}`, 'share'],
        rows: times
          .slice(0, FUNCTIONS)
          .map(({ name: called, us }) => [called, us, `${((us / total(name)) * 100).toFixed(1)} %`]),
      })),
    ],
    notes: [`The profiles are in ${directory}: a browser's developer tools show them as flame graphs.`],
    chart: barChart({
      title: `Where the time of a ${unit} goes: self time in the server`,
      groups: [
        {
          heading: `µs a ${unit}, grey the relay and blue the product`,
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

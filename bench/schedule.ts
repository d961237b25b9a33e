import { DateTime } from 'luxon';
import { type CompiledSchedule, compileSchedule } from '../src/domain/schedule/compiled-schedule.js';
import type { Schedule } from '../src/domain/schedule/schedule.js';
import type { DayOfWeek } from '../src/domain/schedule/weekly-window.js';
import { cpuMs, medianCpuMs, memoryInUse, report } from './measure.js';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const START = Date.UTC(2026, 0, 1);
const ZONES = Intl.supportedValuesOf('timeZone');
const DOCTORS = 10_000;
const CHECKS = 200_000;

/**
 * The baseline: converts the instant with Luxon and compares. It knows no overrides, so it does less than the
 * product.
 */
function isOpenWithLuxon({ timeZone, windows }: Schedule, instant: number): boolean {
  const local = DateTime.fromMillis(instant, { zone: timeZone });
  const day = local.weekday % 7;
  const time = `${String(local.hour).padStart(2, '0')}:${String(local.minute).padStart(2, '0')}`;
  return windows.some(({ dayOfWeek, startTime, endTime }) =>
    startTime <= endTime
      ? dayOfWeek === day && startTime <= time && time <= endTime
      : (dayOfWeek === day && time >= startTime) || ((dayOfWeek + 1) % 7 === day && time <= endTime),
  );
}

const days = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => (from + index) as DayOfWeek);

/** Two shifts on workdays, and a night. Each doctor's times differ by some minutes. */
export function usualSchedule(doctor: number): Schedule {
  const minute = String(doctor % 60).padStart(2, '0');
  return {
    timeZone: ZONES[doctor % ZONES.length] ?? 'UTC',
    windows: [
      ...days(1, 5).flatMap((dayOfWeek) => [
        { dayOfWeek, startTime: `08:${minute}`, endTime: '12:00' },
        { dayOfWeek, startTime: '13:00', endTime: `17:${minute}` },
      ]),
      { dayOfWeek: 6, startTime: '22:00', endTime: `05:${minute}` },
    ],
    overrides: [],
  };
}

function date(day: number): string {
  return new Date(START + day * DAY_MS).toISOString().slice(0, 10);
}

/** Fifty windows a week, and a date with windows of its own in every week. */
function busySchedule(timeZone: string): Schedule {
  return {
    timeZone,
    windows: days(0, 6)
      .flatMap((dayOfWeek) =>
        days(0, 6).map((slot) => ({ dayOfWeek, startTime: `${10 + slot}:00`, endTime: `${10 + slot}:44` })),
      )
      .concat({ dayOfWeek: 6, startTime: '22:00', endTime: '05:00' }),
    overrides: Array.from({ length: 52 }, (_, week) => ({
      date: date(week * 7 + (week % 7)),
      windows: [{ startTime: '09:00', endTime: '13:00' }],
    })),
  };
}

/** Every limit reached: fifty windows a week and on each of two thousand dates. */
function largestSchedule(): Schedule {
  const windows = Array.from({ length: 50 }, (_, index) => ({
    startTime: `${String(Math.floor(index / 3)).padStart(2, '0')}:${10 + (index % 3) * 15}`,
    endTime: `${String(Math.floor(index / 3)).padStart(2, '0')}:${15 + (index % 3) * 15}`,
  }));
  return {
    timeZone: 'Europe/Vienna',
    windows: windows.map((window) => ({ ...window, dayOfWeek: 1 })),
    overrides: Array.from({ length: 2_000 }, (_, index) => ({ date: date(index * 2), windows })),
  };
}

/** Instants that are scattered over a year, and the same in every run. */
function scatteredInstants(count: number): number[] {
  return Array.from({ length: count }, (_, index) => START + ((index * 7_919 * 60_007) % YEAR_MS));
}

export function benchSchedule(): void {
  benchMemory();
  benchPoint('scattered over a year', scatteredInstants(CHECKS));
  benchPoint(
    'now, a minute apart',
    Array.from({ length: CHECKS }, (_, index) => START + index * 60_000),
  );
  benchDoctors();
  benchYear();
}

function benchMemory(): void {
  const before = memoryInUse();
  const oneForEachZone = ZONES.map((_, index) => compileSchedule(usualSchedule(index)));
  for (const schedule of oneForEachZone) schedule.isOpenAt(START);
  const zones = memoryInUse();
  report(`${ZONES.length} zones, first use, all doctors together`, megabytes(zones - before));
  const compiled = Array.from({ length: DOCTORS }, (_, doctor) => compileSchedule(usualSchedule(doctor)));
  const doctors = memoryInUse();
  report(
    'a compiled schedule, zone aside',
    `${Math.round((doctors - zones) / DOCTORS)} B`,
    `${compiled.length} doctors`,
  );
  for (const schedule of oneForEachZone) schedule.intervals(START, START + 5 * YEAR_MS);
  report('all those zones after years of questions', megabytes(memoryInUse() - doctors + zones - before));
  const largest = Array.from({ length: 10 }, largestSchedule);
  const withSources = memoryInUse();
  const compiledLargest = largest.map(compileSchedule);
  report(
    'a compiled schedule at every limit',
    megabytes((memoryInUse() - withSources) / compiledLargest.length),
    `${largest.length} times 2,000 dates of 50 windows`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

function benchPoint(name: string, instants: readonly number[]): void {
  const schedule = { ...usualSchedule(0), timeZone: 'Europe/Vienna' };
  const compiled = compileSchedule(schedule);
  const some = instants.slice(0, instants.length / 10);
  const differing = some.filter((at) => compiled.isOpenAt(at) !== isOpenWithLuxon(schedule, at)).length;
  if (differing > 0) throw new Error(`${differing} answers differ from the baseline`);
  let open = 0;
  const luxon = medianCpuMs(3, () => {
    for (const at of some) if (isOpenWithLuxon(schedule, at)) open += 1;
  });
  const ours = medianCpuMs(9, () => {
    for (const at of instants) if (compiled.isOpenAt(at)) open += 1;
  });
  const [luxonNs, oursNs] = [(luxon * 1e6) / some.length, (ours * 1e6) / instants.length];
  report(`point, ${name}: Luxon and compare`, `${luxonNs.toFixed(0)} ns`, `${open} open`);
  report(
    `point, ${name}: compiled`,
    `${oursNs.toFixed(0)} ns`,
    `${(luxonNs / oursNs).toFixed(0)} times; target 50`,
  );
}

function benchDoctors(): void {
  const schedules = Array.from({ length: DOCTORS }, (_, doctor) => usualSchedule(doctor));
  let start = cpuMs();
  const compiled = schedules.map(compileSchedule);
  report(`compile ${DOCTORS} doctors`, `${(cpuMs() - start).toFixed(1)} ms`);
  // Ten years later, nothing that a zone remembers is of use, as in the first tick of a new stretch of time.
  const far = START + 10 * YEAR_MS;
  start = cpuMs();
  let open = countOpen(compiled, far);
  report(
    `tick, ${DOCTORS} doctors, ${ZONES.length} zones, all cold`,
    `${(cpuMs() - start).toFixed(1)} ms`,
    `${open} open`,
  );
  let tick = 0;
  const warm = medianCpuMs(25, () => {
    tick += 1;
    open = countOpen(compiled, far + tick * 60_000);
  });
  report(`tick, ${DOCTORS} doctors, ${ZONES.length} zones`, `${warm.toFixed(2)} ms`, `${open} open`);
  const luxon = medianCpuMs(3, () => {
    for (const schedule of schedules) if (isOpenWithLuxon(schedule, far)) open += 1;
  });
  report('the same with Luxon and compare', `${luxon.toFixed(1)} ms`, `${(luxon / warm).toFixed(0)} times`);
  const edges = medianCpuMs(9, () => {
    for (const schedule of compiled)
      open += Math.sign((schedule.nextOpeningAt(far) ?? 0) + (schedule.nextClosingAt(far) ?? 0));
  });
  report(`next opening and closing, ${DOCTORS} doctors`, `${edges.toFixed(1)} ms`);
}

function countOpen(compiled: readonly CompiledSchedule[], instant: number): number {
  let open = 0;
  for (const schedule of compiled) if (schedule.isOpenAt(instant)) open += 1;
  return open;
}

function benchYear(): void {
  const compiled = compileSchedule(busySchedule('Europe/Vienna'));
  let spans = 0;
  let year = 0;
  const cold = medianCpuMs(9, () => {
    year += 1;
    spans = compiled.intervals(START + year * YEAR_MS, START + (year + 1) * YEAR_MS).length;
  });
  report(
    'a year of intervals, no other asked for before',
    `${cold.toFixed(2)} ms`,
    `${spans} spans; target 5 ms`,
  );
  const warm = medianCpuMs(25, () => {
    spans = compiled.intervals(START, START + YEAR_MS).length;
  });
  report('a year of intervals', `${warm.toFixed(2)} ms`, `${spans} spans; target 5 ms`);
}

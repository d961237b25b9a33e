/**
 * The rule of opening hours, told a second time: reads the wall clock through `Intl.DateTimeFormat` and walks minute by
 * minute. Shares no code with the product and knows no Luxon, so that the two can only agree by both being right.
 * Times and dates are compared as text. Slow on purpose; years 1000 through 9999.
 */

export interface BruteSchedule {
  timeZone: string;
  windows: readonly { dayOfWeek: number; startTime: string; endTime: string }[];
  overrides: readonly { date: string; windows: readonly { startTime: string; endTime: string }[] }[];
}

export interface WallClock {
  /** `YYYY-MM-DD` */
  date: string;
  /** 0 = Sunday */
  weekday: number;
  /** `HH:MM` */
  time: string;
  second: number;
}

/** The wall clock shows one and the same minute throughout `[from, to)`. */
export interface WallMinute {
  from: number;
  to: number;
  wall: WallClock;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const formatters = new Map<string, Intl.DateTimeFormat>();

export function wallClockAt(timeZone: string, instant: number): WallClock {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(timeZone, formatter);
  }
  // Sat, 03/28/2026, 23:59:59
  const text = formatter.format(instant);
  return {
    date: `${text.slice(11, 15)}-${text.slice(5, 7)}-${text.slice(8, 10)}`,
    weekday: WEEKDAYS.indexOf(text.slice(0, 3)),
    time: text.slice(17, 22),
    second: Number(text.slice(23, 25)),
  };
}

const datesBefore = new Map<string, string>();

function dateBefore(date: string): string {
  let before = datesBefore.get(date);
  if (before === undefined) {
    before = new Date(Date.parse(`${date}T12:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
    datesBefore.set(date, before);
  }
  return before;
}

function windowsStartingOn(schedule: BruteSchedule, date: string, weekday: number) {
  const override = schedule.overrides.find((each) => each.date === date);
  return override?.windows ?? schedule.windows.filter((window) => window.dayOfWeek === weekday);
}

export function isOpenOnWallClock(schedule: BruteSchedule, { date, weekday, time }: WallClock): boolean {
  const today = windowsStartingOn(schedule, date, weekday);
  for (const { startTime, endTime } of today) {
    if (startTime <= endTime ? startTime <= time && time <= endTime : time >= startTime) return true;
  }
  const yesterday = windowsStartingOn(schedule, dateBefore(date), (weekday + 6) % 7);
  return yesterday.some(({ startTime, endTime }) => startTime > endTime && time <= endTime);
}

export function isOpenByBruteForce(schedule: BruteSchedule, instant: number): boolean {
  return isOpenOnWallClock(schedule, wallClockAt(schedule.timeZone, instant));
}

/**
 * Every minute that the wall clock shows from `from` on, in order. A minute that the clocks change inside of is walked
 * second by second, because transitions happen on whole seconds.
 */
export function* wallMinutes(timeZone: string, from: number): Generator<WallMinute> {
  let at = from;
  let wall = wallClockAt(timeZone, at);
  for (;;) {
    const intoSecond = ((at % 1000) + 1000) % 1000;
    const minuteEnd = at - intoSecond + (60 - wall.second) * 1000;
    let next = minuteEnd;
    let nextWall = wallClockAt(timeZone, next);
    if (nextWall.second !== 0 || !isMinuteAfter(wall, nextWall)) {
      next = at - intoSecond + 1000;
      nextWall = wallClockAt(timeZone, next);
      let previous = wall;
      while (
        nextWall.date === wall.date &&
        nextWall.time === wall.time &&
        nextWall.second === previous.second + 1
      ) {
        previous = nextWall;
        next += 1000;
        nextWall = wallClockAt(timeZone, next);
      }
    }
    yield { from: at, to: next, wall };
    at = next;
    wall = nextWall;
  }
}

function isMinuteAfter(before: WallClock, after: WallClock): boolean {
  if (before.time < '23:59') return after.date === before.date && minuteOf(after) === minuteOf(before) + 1;
  return after.time === '00:00' && dateBefore(after.date) === before.date;
}

function minuteOf({ time }: WallClock): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** The maximal open spans within `[from, to)`. */
export function spansByBruteForce(
  schedule: BruteSchedule,
  from: number,
  to: number,
  minutes: Iterable<WallMinute> = wallMinutes(schedule.timeZone, from),
): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = [];
  for (const minute of minutes) {
    if (minute.from >= to) break;
    if (!isOpenOnWallClock(schedule, minute.wall)) continue;
    const end = Math.min(minute.to, to);
    const last = spans.at(-1);
    if (last !== undefined && last.to === minute.from) last.to = end;
    else spans.push({ from: minute.from, to: end });
  }
  return spans;
}

/** The first opening and the first closing after `instant`, null where none comes up to `limit`. */
export function nextEdgesByBruteForce(
  schedule: BruteSchedule,
  instant: number,
  limit: number,
): { nextOpeningAt: number | null; nextClosingAt: number | null } {
  const edges: { nextOpeningAt: number | null; nextClosingAt: number | null } = {
    nextOpeningAt: null,
    nextClosingAt: null,
  };
  let wasOpen = isOpenByBruteForce(schedule, instant);
  for (const minute of wallMinutes(schedule.timeZone, instant)) {
    if (minute.from > limit) break;
    const isOpen = isOpenOnWallClock(schedule, minute.wall);
    if (isOpen && !wasOpen) edges.nextOpeningAt ??= minute.from;
    if (!isOpen && wasOpen) edges.nextClosingAt ??= minute.from;
    if (edges.nextOpeningAt !== null && edges.nextClosingAt !== null) break;
    wasOpen = isOpen;
  }
  return edges;
}

/**
 * The instants within `[from, to)` at which the zone's offset changed, found by reading the clock every `step`
 * and bisecting; two changes within one step may hide each other.
 */
export function transitionsBetween(timeZone: string, from: number, to: number, step = 86_400_000): number[] {
  const offset = (instant: number) => {
    const { date, time, second } = wallClockAt(timeZone, instant);
    return Date.parse(`${date}T${time}:00Z`) + second * 1000 - instant;
  };
  const found: number[] = [];
  let before = offset(from);
  for (let low = from; low < to; low += step) {
    let high = low + step;
    const after = offset(high);
    if (after === before) continue;
    let lastBefore = low;
    while (high - lastBefore > 1000) {
      const middle = lastBefore + Math.floor((high - lastBefore) / 2000) * 1000;
      if (offset(middle) === before) lastBefore = middle;
      else high = middle;
    }
    found.push(high);
    before = after;
  }
  return found;
}

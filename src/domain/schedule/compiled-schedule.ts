import { DAY_MS, type Instant, MINUTE_MS } from '../instant.js';
import { compileDayTable, type DayTable, isMinuteOpen, rowOf } from './day-table.js';
import type { Schedule } from './schedule.js';
import { MAX_INSTANT, type ZoneOffsets, zoneOffsets } from './zone-offsets.js';

/** `nextOpeningAt` and `nextClosingAt` look this far ahead, both ends included. This is 366 times 24 hours. */
export const NEXT_EDGE_HORIZON_MS = 366 * DAY_MS;

/** A half-open stretch of time: `from` belongs to it, `to` does not. */
export interface Interval {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * The one evaluator of opening hours. Instants are whole milliseconds since 1970. An instant that is not finite, or far
 * outside JavaScript's range of dates, throws an InvariantViolation.
 */
export interface CompiledSchedule {
  isOpenAt(instant: Instant): boolean;
  /** The first instant after `instant` that is open while the one before it is closed; null beyond the horizon. */
  nextOpeningAt(instant: Instant): Instant | null;
  /** The first instant after `instant` that is closed while the one before it is open; null beyond the horizon. */
  nextClosingAt(instant: Instant): Instant | null;
  /**
   * All open time in `[from, to)`, in order, with spans that touch joined. Work and memory grow with `to - from`, so
   * callers have to bound it.
   */
  intervals(from: Instant, to: Instant): readonly Interval[];
}

/**
 * The result takes under 1 kB for a usual week, and at most 0.9 MB with every limit reached. All doctors in a time zone
 * share its offsets.
 * @throws {InvariantViolation} for a schedule that `checkSchedule` refuses.
 */
export function compileSchedule(schedule: Schedule): CompiledSchedule {
  return new ZonedDayTable(compileDayTable(schedule), zoneOffsets(schedule.timeZone));
}

/** A class, so that ten thousand of them share their methods. */
class ZonedDayTable implements CompiledSchedule {
  private readonly table: DayTable;
  private readonly zone: ZoneOffsets;

  constructor(table: DayTable, zone: ZoneOffsets) {
    this.table = table;
    this.zone = zone;
  }

  isOpenAt(instant: Instant): boolean {
    const wallClock = instant + this.zone.offsetAt(instant);
    const day = Math.floor(wallClock / DAY_MS);
    return isMinuteOpen(this.table, day, Math.floor((wallClock - day * DAY_MS) / MINUTE_MS));
  }

  nextOpeningAt(instant: Instant): Instant | null {
    if (this.table.isConstant) return null;
    for (const span of openSpans(this.table, this.zone, instant, endOfHorizon(instant))) {
      if (span.from > instant) return span.from;
    }
    return null;
  }

  nextClosingAt(instant: Instant): Instant | null {
    if (this.table.isConstant) return null;
    const limit = endOfHorizon(instant);
    for (const span of openSpans(this.table, this.zone, instant, limit)) {
      return span.to < limit ? span.to : null;
    }
    return null;
  }

  intervals(from: Instant, to: Instant): readonly Interval[] {
    return [...openSpans(this.table, this.zone, from, to)];
  }
}

function endOfHorizon(instant: Instant): Instant {
  return Math.min(instant + NEXT_EDGE_HORIZON_MS, MAX_INSTANT) + 1;
}

/** The maximal open spans of `[from, to)` in order. */
function* openSpans(table: DayTable, zone: ZoneOffsets, from: Instant, to: Instant): Generator<Interval> {
  let open: { from: Instant; to: Instant } | null = null;
  for (const segment of zone.segments(from, to)) {
    for (const range of openRanges(
      table,
      segment.offset,
      Math.max(from, segment.from),
      Math.min(to, segment.to),
    )) {
      if (open !== null && open.to === range.from) {
        open.to = range.to;
      } else {
        if (open !== null) yield open;
        open = range;
      }
    }
  }
  if (open !== null) yield open;
}

/**
 * The open ranges of `[from, to)`, throughout which the zone's offset must be `offset`. Ranges of one date never touch,
 * but midnight may cut one in two. While the offset stays the same, the wall clock runs as fast as time does, so each
 * open range of minutes of a local date is one stretch of time.
 */
function* openRanges(
  table: DayTable,
  offset: number,
  from: Instant,
  to: Instant,
): Generator<{ from: Instant; to: Instant }> {
  const { bounds, rowStart } = table;
  const lastDay = Math.floor((to - 1 + offset) / DAY_MS);
  for (let day = Math.floor((from + offset) / DAY_MS); day <= lastDay; day += 1) {
    const midnight = day * DAY_MS - offset;
    const row = rowOf(table, day);
    const end = rowStart[row + 1] as number;
    for (let at = rowStart[row] as number; at < end; at += 2) {
      const opens = Math.max(from, midnight + (bounds[at] as number) * MINUTE_MS);
      const closes = Math.min(to, midnight + (bounds[at + 1] as number) * MINUTE_MS);
      if (opens < closes) yield { from: opens, to: closes };
    }
  }
}

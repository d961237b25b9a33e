import { IANAZone } from 'luxon';
import { DAY_MS, type Instant, MINUTE_MS } from '../instant.js';
import { invariant } from '../invariant.js';

/** JavaScript's range of dates, ±100,000,000 days around 1970. */
export const MIN_INSTANT: Instant = -8.64e15;
export const MAX_INSTANT: Instant = 8.64e15;

/**
 * Offsets are not asked for beyond this, because a wall clock may be a day ahead of UTC, and JavaScript has no date for
 * the time that it would show there.
 */
const PROBE_LIMIT: Instant = MAX_INSTANT - 2 * DAY_MS;

/** For instants in `[from, to)` the wall clock shows `instant + offset` read as UTC; `offset` in milliseconds. */
export interface OffsetSegment {
  readonly from: Instant;
  readonly to: Instant;
  readonly offset: number;
}

/**
 * A time zone's past and future offsets from UTC. It asks the runtime's time zone data only once for each stretch of
 * time.
 */
export interface ZoneOffsets {
  /** Milliseconds east of UTC at `instant`. */
  offsetAt(instant: Instant): number;
  /**
   * The segments of at least `[from, to)`, in order and without gaps. Neighbours may have equal offsets. The result is
   * empty when `from >= to`.
   */
  segments(from: Instant, to: Instant): Iterable<OffsetSegment>;
}

/**
 * Offsets are resolved one chunk of time at a time: 2^29 ms, 6.2 days. Most chunks need a single segment. Chunks are
 * short, and begin at different instants in different zones, so that a tick over all zones seldom has more than a few
 * to resolve.
 */
const CHUNK_MS = 2 ** 29;
const CHUNK_PHASES = 64;

/**
 * A chunk is probed every 2^27 ms, 1.55 days, and two probes that agree are taken to have no transition between them.
 * The closest two transitions in the IANA data are 3.99 days apart (Africa/Freetown, September 1939).
 */
const PROBE_MS = 2 ** 27;

/** Transitions happen on whole seconds. */
const TRANSITION_GRAIN_MS = 1_000;

/**
 * Chunks that a zone remembers: 397 days, more than `nextOpeningAt` looks ahead. A power of two. Each chunk has only
 * one slot that it may be in, where it replaces an older one.
 */
const MAX_CHUNKS_PER_ZONE = 64;

interface OffsetChunk {
  readonly index: number;
  readonly segments: readonly [OffsetSegment, ...OffsetSegment[]];
}

/**
 * A cache of pure answers (time zone data do not change while the process runs), kept for the whole process so that all
 * doctors in a zone share one copy. It is bounded by the names that `checkTimeZone` accepts: about 600.
 */
const zones = new Map<string, ZoneOffsets>();

/** @throws {InvariantViolation} for a zone that `checkTimeZone` refuses. */
export function zoneOffsets(timeZone: string): ZoneOffsets {
  // Names are the same in any letter case, but Luxon would keep a formatter for each spelling.
  const name = timeZone.toLowerCase();
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = new IANAZone(name);
  invariant(zone.isValid, 'a time zone reached the evaluator unchecked');
  const phase = (zones.size % CHUNK_PHASES) * (CHUNK_MS / CHUNK_PHASES);
  const created = createZoneOffsets((instant) => Math.round(zone.offset(instant) * MINUTE_MS), phase);
  zones.set(name, created);
  return created;
}

/** `probe` gives the offset in ms. Chunks begin `phase` ms before the multiples of their length. */
export function createZoneOffsets(probe: (instant: Instant) => number, phase: number): ZoneOffsets {
  const slots = new Array<OffsetChunk | undefined>(MAX_CHUNKS_PER_ZONE).fill(undefined);

  function chunkAt(instant: Instant): OffsetChunk {
    const index = Math.floor((instant + phase) / CHUNK_MS);
    const slot = index & (MAX_CHUNKS_PER_ZONE - 1);
    const held = slots[slot];
    if (held !== undefined && held.index === index) return held;
    invariant(
      instant >= MIN_INSTANT && instant <= MAX_INSTANT,
      'an instant must be within the range of dates',
    );
    const resolved = { index, segments: resolveSegments(probe, index * CHUNK_MS - phase) };
    slots[slot] = resolved;
    return resolved;
  }

  return {
    offsetAt(instant) {
      const { segments } = chunkAt(instant);
      let segment = segments[0];
      for (let next = 1; instant >= segment.to && next < segments.length; next += 1) {
        segment = segments[next] as OffsetSegment;
      }
      return segment.offset;
    },
    *segments(from, to) {
      let at = from;
      while (at < to) {
        const chunk = chunkAt(at);
        for (const segment of chunk.segments) {
          if (segment.to > from && segment.from < to) yield segment;
        }
        at = (chunk.index + 1) * CHUNK_MS - phase;
      }
    },
  };
}

/** The segments of the chunk that begins at `start`. */
function resolveSegments(
  probe: (instant: Instant) => number,
  start: Instant,
): [OffsetSegment, ...OffsetSegment[]] {
  const end = start + CHUNK_MS;
  const offsetAt = (instant: Instant) => {
    const offset = probe(Math.min(Math.max(instant, -PROBE_LIMIT), PROBE_LIMIT));
    invariant(Number.isFinite(offset), 'a zone must have an offset at every instant');
    return offset;
  };
  let segment = { from: start, to: end, offset: offsetAt(start) };
  const segments: [OffsetSegment, ...OffsetSegment[]] = [segment];
  for (let low = start; low < end; low += PROBE_MS) {
    const high = Math.min(low + PROBE_MS, end);
    while (offsetAt(high) !== segment.offset) {
      const transition = bisect(offsetAt, segment.offset, Math.max(low, segment.from), high);
      if (transition >= end) break;
      segment.to = transition;
      segment = { from: transition, to: end, offset: offsetAt(transition) };
      segments.push(segment);
    }
  }
  return segments;
}

/** The first instant in `(low, high]` with another offset than `before`, which holds at `low` and not at `high`. */
function bisect(
  offsetAt: (instant: Instant) => number,
  before: number,
  low: Instant,
  high: Instant,
): Instant {
  let lastBefore = Math.floor(low / TRANSITION_GRAIN_MS);
  let firstAfter = Math.ceil(high / TRANSITION_GRAIN_MS);
  while (firstAfter - lastBefore > 1) {
    const middle = Math.floor((lastBefore + firstAfter) / 2);
    if (offsetAt(middle * TRANSITION_GRAIN_MS) === before) lastBefore = middle;
    else firstAfter = middle;
  }
  return firstAfter * TRANSITION_GRAIN_MS;
}

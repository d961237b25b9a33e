/** Open time, `from` to `to`, epoch ms. */
export interface Hours {
  readonly timeZone: string;
  readonly intervals: readonly { readonly from: number; readonly to: number }[];
  /** What lies before and behind was not asked for: intervals may be cut off there. Epoch ms. */
  readonly asked: { readonly from: number; readonly to: number };
}

/** As far as is looked ahead: what begins by then is told to its end. */
export const HOURS_SHOWN_MS = 7 * 24 * 60 * 60 * 1000;
export const HOURS_AHEAD_MS = 8 * 24 * 60 * 60 * 1000;
/** So that what is open now is told from its beginning. */
export const HOURS_BACK_MS = 24 * 60 * 60 * 1000;
/** Whoever asked longer ago than this (ms) tells nothing of now: the hours may be others. */
const ANSWER_HOLDS_MS = 150_000;

export const stretchAt = ({ intervals }: Hours, now: number): Hours['intervals'][number] | undefined =>
  intervals.find(({ from, to }) => from <= now && now < to);

const isFresh = ({ asked }: Hours, now: number): boolean =>
  now - (asked.from + HOURS_BACK_MS) <= ANSWER_HOLDS_MS;

/** Whether nobody is on duty now; not where the hours were asked for long ago. */
export const isOffDutyAt = (hours: Hours, now: number): boolean =>
  isFresh(hours, now) && stretchAt(hours, now) === undefined;

/** When the duty ends that is on now; epoch ms, null where there is none, no end is near, or it was asked for long ago. */
export function dutyEnd(hours: Hours, now: number): number | null {
  if (!isFresh(hours, now)) return null;
  const { to = 0 } = stretchAt(hours, now) ?? {};
  return to > 0 && to < now + HOURS_SHOWN_MS ? to : null;
}

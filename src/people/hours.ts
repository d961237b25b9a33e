/** Intervals of open time, from `from` to `to`, in epoch ms. */
export interface Hours {
  readonly timeZone: string;
  readonly intervals: readonly { readonly from: number; readonly to: number }[];
  /** The time that was asked about, in epoch ms. Intervals may be cut off at its ends. */
  readonly asked: { readonly from: number; readonly to: number };
}

/** How far the page looks ahead, in ms. Hours that begin by then are shown to their end. */
export const HOURS_SHOWN_MS = 7 * 24 * 60 * 60 * 1000;
export const HOURS_AHEAD_MS = 8 * 24 * 60 * 60 * 1000;
/** How far the page looks back, in ms, so that hours which have begun are shown from their beginning. */
export const HOURS_BACK_MS = 24 * 60 * 60 * 1000;
/** An answer that is older than this (ms) says nothing about now, because the hours may have changed. */
const ANSWER_HOLDS_MS = 150_000;

export const stretchAt = ({ intervals }: Hours, now: number): Hours['intervals'][number] | undefined =>
  intervals.find(({ from, to }) => from <= now && now < to);

const isFresh = ({ asked }: Hours, now: number): boolean =>
  now - (asked.from + HOURS_BACK_MS) <= ANSWER_HOLDS_MS;

/** Whether the doctor is off duty now. False if the answer is too old to tell. */
export const isOffDutyAt = (hours: Hours, now: number): boolean =>
  isFresh(hours, now) && stretchAt(hours, now) === undefined;

/** When the present duty ends, in epoch ms; null if the doctor is off duty, no end is near, or the answer is too old. */
export function dutyEnd(hours: Hours, now: number): number | null {
  if (!isFresh(hours, now)) return null;
  const { to = 0 } = stretchAt(hours, now) ?? {};
  return to > 0 && to < now + HOURS_SHOWN_MS ? to : null;
}

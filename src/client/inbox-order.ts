import type { InboxItem } from '../protocol/wire.js';

/**
 * Compares two consultations: those that wait come first, the longest waiting at the top, then the others by
 * activity.
 */
export function byWaiting(one: InboxItem, other: InboxItem): number {
  if (one.waitingSince === null || other.waitingSince === null) {
    if (one.waitingSince === other.waitingSince) return byActivity(one, other);
    return one.waitingSince === null ? 1 : -1;
  }
  return compare(one.waitingSince + one.consultationId, other.waitingSince + other.consultationId);
}

export function byActivity(one: InboxItem, other: InboxItem): number {
  return compare(activityOf(other), activityOf(one));
}

/**
 * A text whose order is that of the activity. Instants on the wire all have one length, so their text has their
 * order.
 */
function activityOf({ lastMessageAt, openedAt, consultationId }: InboxItem): string {
  return (lastMessageAt ?? openedAt) + consultationId;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

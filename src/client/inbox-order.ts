import type { InboxItem } from '../protocol/wire.js';

/** Those who wait, longest first, and the others by their activity. */
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

/** Instants on the wire have one length, so that text has their order. */
function activityOf({ lastMessageAt, openedAt, consultationId }: InboxItem): string {
  return (lastMessageAt ?? openedAt) + consultationId;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

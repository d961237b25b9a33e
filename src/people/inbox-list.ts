import type { InboxItem, InboxSort } from '../protocol/wire.js';
import { isOpen } from '../room/closed-reason.js';

export type { InboxItem, InboxSort };

/**
 * The list as it is now. A list that is `live` follows what happens, and one that is `offline` shows how it was at `asOf`
 * (epoch ms). If it is `refused`, `code` says why the server does not give it.
 */
export interface InboxState {
  readonly stage: 'loading' | 'live' | 'offline' | 'refused';
  readonly items: readonly InboxItem[];
  readonly hasMore: boolean;
  readonly asOf: number | null;
  readonly code: string | null;
}

/** Sorts the list as asked. Consultations that are over at `now` (epoch ms) come last in any order. */
export function ordered(items: readonly InboxItem[], sort: InboxSort, now: number): readonly InboxItem[] {
  const last = ({ lastMessageAt, openedAt }: InboxItem): number => Date.parse(lastMessageAt ?? openedAt);
  // A consultation counts as over as soon as it has run out. The server says so only a while later.
  const isOver = (item: InboxItem): number => (isOpen(item, now) ? 0 : 1);
  const waits = ({ waitingSince }: InboxItem): number =>
    waitingSince === null ? Number.POSITIVE_INFINITY : Date.parse(waitingSince);
  const byActivity = (a: InboxItem, b: InboxItem): number =>
    last(b) - last(a) || a.consultationId.localeCompare(b.consultationId);
  const byWaiting = (a: InboxItem, b: InboxItem): number =>
    waits(a) === waits(b) ? byActivity(a, b) : waits(a) - waits(b);
  const by = sort === 'waiting' ? byWaiting : byActivity;
  return [...items].sort((a, b) => isOver(a) - isOver(b) || by(a, b));
}

/**
 * Whether more messages are unread than can be left of those that were unread before. A message may come while others are
 * read, and the number is the same then.
 *
 * @param known the consultation as it was before; left out if it was not known.
 */
export function hasNewUnread({ unread, readSeq }: InboxItem, known?: InboxItem): boolean {
  return unread > (known === undefined ? 0 : Math.min(known.unread, Math.max(0, known.headSeq - readSeq)));
}

export function unreadTotal(items: readonly InboxItem[], except?: string | null): number {
  return items.reduce(
    (total, { consultationId, unread }) => total + (consultationId === except ? 0 : unread),
    0,
  );
}

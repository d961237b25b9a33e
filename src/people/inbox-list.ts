import type { InboxItem, InboxSort } from '../protocol/wire.js';
import { isOpen } from '../room/closed-reason.js';

export type { InboxItem, InboxSort };

/**
 * The list as it is now. `live`: it follows what happens. `offline`: it is as of `asOf` (epoch ms). `refused`: the server
 * has said no, by `code`.
 */
export interface InboxState {
  readonly stage: 'loading' | 'live' | 'offline' | 'refused';
  readonly items: readonly InboxItem[];
  readonly hasMore: boolean;
  readonly asOf: number | null;
  readonly code: string | null;
}

/** In the order that was asked for; what is over at `now` (epoch ms) comes last, whatever the order. */
export function ordered(items: readonly InboxItem[], sort: InboxSort, now: number): readonly InboxItem[] {
  const last = ({ lastMessageAt, openedAt }: InboxItem): number => Date.parse(lastMessageAt ?? openedAt);
  // When it has run out, and not a while later when the server says so.
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

export function unreadTotal(items: readonly InboxItem[], except?: string | null): number {
  return items.reduce(
    (total, { consultationId, unread }) => total + (consultationId === except ? 0 : unread),
    0,
  );
}

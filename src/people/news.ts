import type { Sender } from '../protocol/wire.js';
import type { InboxItem } from './inbox-list.js';

/** How the list has changed. */
export interface ListChange {
  readonly side: Sender;
  readonly before: readonly InboxItem[];
  readonly after: readonly InboxItem[];
  /** Whether somebody is looking at this conversation. They need no notice of what they see. */
  readonly isLookedAt: (consultationId: string) => boolean;
}

/** What is new in a conversation: a patient has begun to wait, has written again, or has received a message. */
export interface News {
  readonly consultationId: string;
  readonly kind: 'patient' | 'message' | 'answer';
}

/** Patients who have begun to wait come first. */
export function newsIn({ side, before, after, isLookedAt }: ListChange): readonly News[] {
  const known = new Map(before.map((item) => [item.consultationId, item]));
  return after
    .filter(
      ({ consultationId, unread }) =>
        !isLookedAt(consultationId) && unread > (known.get(consultationId)?.unread ?? 0),
    )
    .map(({ consultationId, waitingSince }): News => {
      if (side === 'user') return { consultationId, kind: 'answer' };
      const hasWaited = (known.get(consultationId)?.waitingSince ?? null) !== null;
      return { consultationId, kind: waitingSince !== null && !hasWaited ? 'patient' : 'message' };
    })
    .sort((a, b) => b.kind.localeCompare(a.kind));
}

/** Returns the conversations in which everything has been read meanwhile, here or elsewhere. */
export function readIn({ before, after }: Pick<ListChange, 'before' | 'after'>): readonly string[] {
  const unread = new Set(before.filter((item) => item.unread > 0).map((item) => item.consultationId));
  return after
    .filter((item) => item.unread === 0 && unread.has(item.consultationId))
    .map((item) => item.consultationId);
}

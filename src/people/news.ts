import type { Sender } from '../protocol/wire.js';
import { hasNewUnread, type InboxItem } from './inbox-list.js';

/** How the list has changed. */
export interface ListChange {
  readonly side: Sender;
  /** What was known of each consultation, including those that the list has not loaded again since. */
  readonly before: ReadonlyMap<string, InboxItem>;
  /** When the list was first known, in epoch ms. A message from before that is no news if it is only loaded now. */
  readonly beganAt: number;
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
export function newsIn({ side, before, after, beganAt, isLookedAt }: ListChange): readonly News[] {
  return after
    .filter((item) => {
      const { consultationId, lastMessageAt } = item;
      const known = before.get(consultationId);
      const isNew = known !== undefined || Date.parse(lastMessageAt ?? '') >= beganAt;
      return isNew && hasNewUnread(item, known) && !isLookedAt(consultationId);
    })
    .map(({ consultationId, waitingSince }): News => {
      if (side === 'user') return { consultationId, kind: 'answer' };
      const hasWaited = (before.get(consultationId)?.waitingSince ?? null) !== null;
      return { consultationId, kind: waitingSince !== null && !hasWaited ? 'patient' : 'message' };
    })
    .sort((a, b) => b.kind.localeCompare(a.kind));
}

/** Returns the conversations in which everything has been read meanwhile, here or elsewhere. */
export function readIn({ before, after }: Pick<ListChange, 'before' | 'after'>): readonly string[] {
  return after
    .filter(({ consultationId, unread }) => unread === 0 && (before.get(consultationId)?.unread ?? 0) > 0)
    .map(({ consultationId }) => consultationId);
}

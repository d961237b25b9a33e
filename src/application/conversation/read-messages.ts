import type { Refusal } from '../answers/refusal.js';
import { chatMessage } from '../lookup/consultation-context.js';
import { withinBudget } from '../lookup/page-budget.js';
import type { Read, ReadQueues } from '../lookup/read-queues.js';
import type { Requester } from '../lookup/requester.js';
import type { MessageHistory, StoredMessage } from '../ports/message-history.js';
import type { ChatMessage, Parties } from '../ports/notification.js';

export interface WantedMessages {
  readonly consultationId: string;
  /** The `seq` behind which the page starts, or before which it ends; null for the newest page. */
  readonly from: { readonly after: number } | { readonly before: number } | null;
  /** 1 to `MAX_PAGE_MESSAGES`. */
  readonly limit: number;
}

/** Whether the page goes on from what the caller has, towards the newest message. */
export function isForward({ from }: WantedMessages): boolean {
  return from !== null && 'after' in from;
}

/**
 * The `seq` of the last stored message, 0 when there is none. The page may have been read later than `lastSeq`, and
 * hold a newer message.
 */
export function headSeqOf(lastSeq: number, page: readonly ChatMessage[]): number {
  return Math.max(lastSeq, page.at(-1)?.seq ?? 0);
}

/** Reads a page in the order of `seq`. It ends at the limit or at `MAX_PAGE_BYTES`, whichever comes first. */
export type ReadMessages = (
  by: Requester,
  wanted: WantedMessages,
  parties: Parties,
) => Promise<Read<readonly ChatMessage[]> | Refusal>;

export interface ReadMessagesDependencies {
  readonly history: MessageHistory;
  readonly readQueues: ReadQueues;
}

export function createReadMessages({ history, readQueues }: ReadMessagesDependencies): ReadMessages {
  function stored({ consultationId, from, limit }: WantedMessages): Promise<readonly StoredMessage[]> {
    if (from === null) return history.before(consultationId, null, limit);
    return 'after' in from
      ? history.after(consultationId, from.after, limit)
      : history.before(consultationId, from.before, limit);
  }

  return async (by, wanted, parties) => {
    const read = await readQueues.run(by, () => stored(wanted));
    if (read.outcome === 'refused') return read;
    const messages = read.value.map((message) => chatMessage(message, parties));
    return { outcome: 'read', value: withinBudget(messages, isForward(wanted) ? 'first' : 'last') };
  };
}

import type { Refusal } from '../answers/refusal.js';
import { chatMessage } from '../lookup/consultation-context.js';
import { withinBudget } from '../lookup/page-budget.js';
import type { Read, ReadQueues } from '../lookup/read-queues.js';
import type { RecentPages, WantedMessages } from '../lookup/recent-pages.js';
import type { Requester } from '../lookup/requester.js';
import type { MessageHistory, StoredMessage } from '../ports/message-history.js';
import type { ChatMessage, Parties } from '../ports/notification.js';

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
  readonly recentPages: RecentPages;
}

export function createReadMessages({
  history,
  readQueues,
  recentPages,
}: ReadMessagesDependencies): ReadMessages {
  function storedPage({ consultationId, from, limit }: WantedMessages): Promise<readonly StoredMessage[]> {
    if (from === null) return history.before(consultationId, null, limit);
    return 'after' in from
      ? history.after(consultationId, from.after, limit)
      : history.before(consultationId, from.before, limit);
  }

  async function read(wanted: WantedMessages, parties: Parties): Promise<readonly ChatMessage[]> {
    const keep = recentPages.keeper();
    const stored = await storedPage(wanted);
    // The other party may have asked at the same time.
    const same = recentPages.find(wanted, parties);
    if (same !== undefined) return same;
    const messages = stored.map((message) => chatMessage(message, parties));
    const page = withinBudget(messages, isForward(wanted) ? 'first' : 'last');
    keep(wanted, page);
    return page;
  }

  return (by, wanted, parties) =>
    readQueues.run(by, async () => recentPages.find(wanted, parties) ?? (await read(wanted, parties)));
}

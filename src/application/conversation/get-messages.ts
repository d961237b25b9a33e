import { type Refusal, refuse } from '../answers/refusal.js';
import type { ConsultationContexts } from '../lookup/consultation-context.js';
import type { WantedMessages } from '../lookup/recent-pages.js';
import type { RecordRead } from '../lookup/record-read.js';
import type { Requester } from '../lookup/requester.js';
import type { ChatMessage } from '../ports/notification.js';
import { headSeqOf, isForward, type ReadMessages } from './read-messages.js';

/** Messages in one page, which may end sooner (`MAX_PAGE_BYTES`); the caller asks for the rest with the next page. */
export const MAX_PAGE_MESSAGES = 200;

export type GetMessagesRequest = WantedMessages;

export interface MessagePage {
  readonly outcome: 'page';
  /** In the order of `seq`. */
  readonly messages: readonly ChatMessage[];
  /** The last stored message's `seq`; 0 when there is none. */
  readonly headSeq: number;
  /** Whether there are more messages in the same direction. */
  readonly hasMore: boolean;
}

export type GetMessages = (by: Requester, request: GetMessagesRequest) => Promise<MessagePage | Refusal>;

export interface GetMessagesDependencies {
  readonly contexts: ConsultationContexts;
  readonly readMessages: ReadMessages;
  readonly recordRead: RecordRead;
}

/** Reads the messages of a consultation, a page at a time. A closed consultation can still be read. */
export function createGetMessages(dependencies: GetMessagesDependencies): GetMessages {
  const { contexts, readMessages, recordRead } = dependencies;

  return async (by, request) => {
    const { consultationId } = request;
    const found = await contexts.findFor(by.caller, consultationId);
    if (found === null) return refuse('consultation.not_found');
    const { context } = found;
    const { parties } = context;
    const withheld = await recordRead(by, { consultationId, parties, action: 'read_messages' });
    if (withheld !== null) return withheld;
    const read = await readMessages(by, request, parties);
    if (read.outcome === 'refused') return read;
    const messages = read.value;
    // The head is taken after the page was read. A message that is stored later is announced by `consultation_head`.
    const headSeq = headSeqOf(await contexts.latestSeq(context), messages);
    return {
      outcome: 'page',
      messages,
      headSeq,
      hasMore: isForward(request) ? (messages.at(-1)?.seq ?? headSeq) < headSeq : (messages[0]?.seq ?? 1) > 1,
    };
  };
}

import { type Refusal, refuse } from '../answers/refusal.js';
import type { ConsultationContext, ConsultationContexts } from '../lookup/consultation-context.js';
import type { RecordRead } from '../lookup/record-read.js';
import type { Requester } from '../lookup/requester.js';
import type { ChatMessage } from '../ports/notification.js';
import type { ReadMessages } from './read-messages.js';

/** Messages in one answer, which may end sooner (`MAX_PAGE_BYTES`); the caller asks again for what is left. */
export const MAX_PAGE_MESSAGES = 200;

export interface GetMessagesRequest {
  readonly consultationId: string;
  /** `after` and `before` are the `seq` at which the page starts or ends, itself left out; null for the newest page. */
  readonly from: { readonly after: number } | { readonly before: number } | null;
  /** 1 to `MAX_PAGE_MESSAGES`. */
  readonly limit: number;
}

export interface MessagePage {
  readonly outcome: 'page';
  /** In the order of `seq`. */
  readonly messages: readonly ChatMessage[];
  /** The last stored message's `seq`; 0 when there is none. */
  readonly headSeq: number;
  /** Whether the same direction holds more than this page. */
  readonly hasMore: boolean;
}

export type GetMessages = (by: Requester, request: GetMessagesRequest) => Promise<MessagePage | Refusal>;

export interface GetMessagesDependencies {
  readonly contexts: ConsultationContexts;
  readonly readMessages: ReadMessages;
  readonly recordRead: RecordRead;
}

/** The messages of a consultation, a page at a time; what has ended can still be read. */
export function createGetMessages(dependencies: GetMessagesDependencies): GetMessages {
  const { contexts, readMessages, recordRead } = dependencies;

  return async (by, request) => {
    const { consultationId } = request;
    const found = await contexts.findFor(by.caller, consultationId);
    if (found === null) return refuse('consultation.not_found');
    const { context } = found;
    const { parties } = context;
    const reading = { consultationId, parties, action: 'read_messages', claimed: null } as const;
    const withheld = await recordRead(by, reading);
    if (withheld !== null) return withheld;
    const read = await readMessages(by, request, parties);
    if (read.outcome === 'refused') return read;
    const messages = read.value;
    const headSeq = await headOf(context, messages);
    const isForward = request.from !== null && 'after' in request.from;
    return {
      outcome: 'page',
      messages,
      headSeq,
      hasMore: isForward ? (messages.at(-1)?.seq ?? headSeq) < headSeq : (messages[0]?.seq ?? 1) > 1,
    };
  };

  /** Read after the page: a message that was stored meanwhile is announced by the head. */
  async function headOf(context: ConsultationContext, messages: readonly ChatMessage[]): Promise<number> {
    const { consultation } = await contexts.refresh(context);
    return Math.max(consultation.lastSeq, messages.at(-1)?.seq ?? 0);
  }
}

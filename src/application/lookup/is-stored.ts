import type { MessageHistory, StoredMessage } from '../ports/message-history.js';

/**
 * Whether a message is stored with its `seq`. A store that has lost messages uses their numbers for others. Reads one
 * message; what is asked for at the same time goes to the store in one statement.
 *
 * @throws if the store does not answer.
 */
export async function isStored(
  history: Pick<MessageHistory, 'after'>,
  consultationId: string,
  { seq, messageId }: Pick<StoredMessage, 'seq' | 'messageId'>,
): Promise<boolean> {
  const [stored] = await history.after(consultationId, seq - 1, 1);
  return stored?.seq === seq && stored.messageId === messageId;
}

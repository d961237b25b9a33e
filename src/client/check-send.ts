import type { Sender } from '../protocol/wire.js';
import { ChatError } from './chat-error.js';
import { MAX_CONTENT_UNITS, MAX_ID_UNITS } from './limits.js';

/**
 * Refuses messages that the server could not refuse itself: it would cut the connection, or could not tell whose
 * message it is.
 *
 * @returns null when the message may be sent.
 */
export function checkSend(sender: Sender | null, content: string, clientMessageId: string): ChatError | null {
  const invalid = (sentence: string): ChatError =>
    new ChatError('request.invalid', `The request is not valid. ${sentence}`, { clientMessageId });
  if (sender === null) return invalid('sender is required, in connect() or consultation().');
  if (content.length > MAX_CONTENT_UNITS) return invalid('content is too long.');
  if (clientMessageId.length < 1 || clientMessageId.length > MAX_ID_UNITS) {
    return invalid(`clientMessageId must be 1 to ${MAX_ID_UNITS} characters.`);
  }
  return null;
}

import { ChatError } from './chat-error.js';

const NOT_FOUND = 404;

/** What a Socket.IO server says of a namespace that it does not have. */
const NO_SUCH_NAMESPACE = 'Invalid namespace';

/**
 * Why the server that was reached is not the chat, as far as an attempt that failed tells.
 *
 * @param error what socket.io-client gives to `connect_error`.
 * @returns undefined where the attempt failed for another reason, such as a network that is away.
 */
export function wrongAddress(error: unknown): ChatError | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.message === NO_SUCH_NAMESPACE) {
    return new ChatError(
      'client.wrong_namespace',
      'The path of the URL is a Socket.IO namespace that the server does not have. The path of Socket.IO itself is socketOptions.path.',
    );
  }
  if (!isNotFound(error) && !isOtherText(error)) return undefined;
  return new ChatError(
    'client.wrong_path',
    'There is no Socket.IO server at this URL and path (socketOptions.path).',
  );
}

/** The status of a request of long polling; for a WebSocket in Node, a sentence that has it. Browsers do not tell it. */
function isNotFound(error: Error): boolean {
  const description: unknown = Reflect.get(error, 'description');
  if (description === NOT_FOUND) return true;
  const sentence = typeof description === 'object' && description !== null && Reflect.get(description, 'message');
  return sentence === `Unexpected server response: ${NOT_FOUND}`;
}

/** A server that answers every path with its page. */
function isOtherText(error: Error): boolean {
  return Reflect.get(error, 'code') === 'parser error';
}

import { ChatError } from './chat-error.js';

/** What socket.io-client gives to `connect_error`: an error of its own, of the transport, or of the parser. */
interface Failure extends Error {
  /** The status of a request of long polling; an error event of a WebSocket. */
  readonly description?: number | { readonly message?: string };
  readonly code?: string;
}

/**
 * Why the server that was reached is not the chat, as far as an attempt that failed tells.
 *
 * @returns undefined where the attempt failed for another reason, such as a network that is away.
 */
export function wrongAddress(error: Failure | undefined): ChatError | undefined {
  if (error?.message === 'Invalid namespace')
    return new ChatError('client.wrong_namespace', 'The server has no namespace at the path of the URL.');
  const description = error?.description;
  const isNotFound =
    typeof description === 'number'
      ? description === 404
      : // With a WebSocket, only Node tells the status.
        description?.message === 'Unexpected server response: 404';
  // A server that answers every path with its page cannot be parsed.
  if (isNotFound || error?.code === 'parser error')
    return new ChatError('client.wrong_path', 'No chat answers at this URL.');
  return undefined;
}

import { ChatError, isPassing, ORIGIN_FORBIDDEN, refusedBy } from './chat-error.js';
import { refusalIn } from './requests.js';

/** What socket.io-client gives to `connect_error`: an error of its own, of the transport, or of the parser. */
export interface ConnectFailure extends Error {
  /** The status of a request of long polling, 0 where there was no answer; an error event of a WebSocket. */
  readonly description?: unknown;
  /** The request of long polling. */
  readonly context?: { readonly responseText?: unknown };
  readonly code?: string;
}

/** Socket.IO's number for a session that the process does not have. */
const SESSION_UNKNOWN = 1;

/** Statuses below 500 that say nothing about what answers: it was too slow, too early, or too much. */
const SAYS_NOTHING = [408, 425, 429];

/**
 * Why an attempt to connect failed, as far as the answer over HTTP tells: the chat refused it, or what answers is not
 * the chat.
 *
 * @returns undefined where the attempt failed for another reason, such as a network that is away.
 */
export function reasonOf({
  message,
  description: status,
  context,
  code,
}: ConnectFailure): ChatError | undefined {
  if (message === 'Invalid namespace')
    return new ChatError('client.wrong_namespace', 'The server has no namespace at the path of the URL.');
  const said = json(context?.responseText);
  const refusal = refusalIn(said);
  if (refusal !== undefined && (isPassing(refusal) || refusal.code === (ORIGIN_FORBIDDEN as string)))
    return refusedBy(refusal);
  // Socket.IO's own refusals have a number: it is there, and wants something else.
  const number = (said as { code?: unknown } | null | undefined)?.code;
  const isSocketIo = typeof number === 'number';
  if (number === SESSION_UNKNOWN)
    return new ChatError(
      'client.session_unknown',
      'The requests of this client reach different processes of the server.',
    );
  const isStranger =
    typeof status === 'number' && status > 0 && status < 500 && !isSocketIo && !SAYS_NOTHING.includes(status);
  // A server that answers every path with its page cannot be parsed.
  if (isStranger || code === 'parser error')
    return new ChatError('client.wrong_path', 'No chat answers at this URL.');
  return undefined;
}

/** Whether a WebSocket failed: browsers do not say why. */
export function isOfWebSocket({ message }: ConnectFailure): boolean {
  return message === 'websocket error';
}

function json(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

import { ChatError, isPassing, ORIGIN_FORBIDDEN, refusedBy } from './chat-error.js';
import { refusalIn } from './requests.js';

/** The error that socket.io-client gives to `connect_error`: one of its own, of the transport, or of the parser. */
export interface ConnectFailure extends Error {
  /** For long polling the status of the request, 0 if there was no answer; for a WebSocket its error event. */
  readonly description?: unknown;
  /** The request of long polling. */
  readonly context?: { readonly responseText?: unknown };
  readonly code?: string;
}

/** Socket.IO's number for a session that the process does not know. */
const SESSION_UNKNOWN = 1;

/** Statuses below 500 that do not show who answers: the request was too slow, too early, or one too many. */
const SAYS_NOTHING = [408, 425, 429];

/**
 * Finds out why an attempt to connect failed, as far as the answer over HTTP tells. The chat may have refused it, or
 * something else may answer.
 *
 * @returns undefined if the attempt failed for another reason, such as a missing network.
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
  // Socket.IO's own refusals have a number, which shows that a Socket.IO server answers.
  const number = (said as { code?: unknown } | null | undefined)?.code;
  const isSocketIo = typeof number === 'number';
  if (number === SESSION_UNKNOWN)
    return new ChatError(
      'client.session_unknown',
      'The requests of this client reach different processes of the server.',
    );
  const isStranger =
    typeof status === 'number' && status > 0 && status < 500 && !isSocketIo && !SAYS_NOTHING.includes(status);
  // A server that answers every path with its own page causes an error of the parser.
  if (isStranger || code === 'parser error')
    return new ChatError('client.wrong_path', 'No chat answers at this URL.');
  return undefined;
}

/** Whether a WebSocket failed. Browsers do not say why. */
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

import type { ErrorCode, WireError } from '../protocol/wire.js';

/**
 * The codes with which the library itself refuses.
 * - `client.closed`: the chat was closed before the server answered. For a send, it is unknown whether the message was
 *   stored. With a storage, the next client sends it again.
 * - `client.outbox_full`: `MAX_OUTBOX_MESSAGES` wait already.
 * - `client.busy`: too many pages of history are being asked for.
 * - `client.not_kept`: the storage took no copy of a message, which is sent all the same. This is a problem, not a
 *   refusal.
 * - `client.no_token`: the application's function for tokens fails again and again. `onProblem` was told of each
 *   failure.
 * - `client.wrong_path`: something other than a Socket.IO server answers at the URL. The client keeps trying, since a
 *   proxy may answer in this way while the server starts.
 * - `client.not_a_chat`: a Socket.IO server accepts the connection and answers no request of the chat's, again and
 *   again. The client keeps trying.
 * - `client.no_websocket`: the server answers over HTTP, but the WebSocket fails, and `socketOptions` allow nothing
 *   else. Perhaps a proxy does not pass upgrades on. The client keeps trying.
 * - `client.session_unknown`: the connection was opened, and its next request reached a process that does not know
 *   it, because a proxy in front of several processes is not sticky. The client keeps trying.
 * - `client.connection_failed`: several attempts in a row failed, and nobody knows why. The client keeps trying.
 * - `client.wrong_namespace`: the URL has a path, which Socket.IO takes for a namespace that the server does not
 *   have.
 */
export type ClientErrorCode =
  | 'client.closed'
  | 'client.outbox_full'
  | 'client.busy'
  | 'client.not_kept'
  | 'client.no_token'
  | 'client.wrong_path'
  | 'client.not_a_chat'
  | 'client.no_websocket'
  | 'client.session_unknown'
  | 'client.connection_failed'
  | 'client.wrong_namespace';

/**
 * The codes with which a server refuses a connection over HTTP, before it is opened. Either this page's origin is not
 * in the server's `CORS_ORIGIN`, or the server is starting or stopping.
 */
export type HandshakeErrorCode = 'request.origin_forbidden' | 'server.unavailable';
export const ORIGIN_FORBIDDEN: HandshakeErrorCode = 'request.origin_forbidden';

/** A definite refusal. `code` is for programs, `message` a sentence for people. */
export class ChatError extends Error {
  readonly code: ErrorCode | HandshakeErrorCode | ClientErrorCode;
  /** The server's own error; undefined when the library itself refused. */
  readonly refusal: WireError | undefined;
  /** The message that the refusal is about. */
  readonly clientMessageId: string | undefined;

  constructor(
    code: ErrorCode | HandshakeErrorCode | ClientErrorCode,
    message: string,
    about: { readonly refusal?: WireError | undefined; readonly clientMessageId?: string | undefined } = {},
  ) {
    super(message);
    this.name = 'ChatError';
    this.code = code;
    this.refusal = about.refusal;
    this.clientMessageId = about.clientMessageId ?? about.refusal?.clientMessageId;
  }
}

export function refusedBy(refusal: WireError, clientMessageId?: string): ChatError {
  return new ChatError(refusal.code, refusal.message, { refusal, clientMessageId });
}

export function closedError(clientMessageId?: string): ChatError {
  return new ChatError('client.closed', 'The chat was closed before the server answered.', {
    clientMessageId,
  });
}

/** Whether another attempt may succeed without anybody changing anything. All other refusals are definite. */
export function isPassing({ code }: { readonly code: string }): boolean {
  return code.startsWith('server.') || code.startsWith('rate.');
}

/** Whether the refusal is about who asks, not about what is asked: `auth.*`. */
export function isAboutIdentity({ code }: { readonly code: string }): boolean {
  return code.startsWith('auth.');
}

/** The code with which the server closes a connection that nobody used. */
export const IDLE = 'connection.idle';

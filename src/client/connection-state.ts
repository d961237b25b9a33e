import { type ChatError, IDLE, isAboutIdentity, isPassing, ORIGIN_FORBIDDEN } from './chat-error.js';

/**
 * - `connecting`: an attempt is under way, or a token is being fetched for it. `online`: the connection is up.
 * - `offline`: the client is not connected. `willRetry` tells whether the next attempt comes by itself. It does not
 *   after `disconnect()`, and not after a definite refusal of the connection. `error` says why the server refused or
 *   closed it, that something other than the chat answers (`client.wrong_path`, `client.wrong_namespace`,
 *   `client.not_a_chat`), or that no connection comes about (`client.no_websocket`, `client.session_unknown`,
 *   `client.connection_failed`). A connection that the server closed because nobody used it (`connection.idle`) comes
 *   back with the next consultation, message or page that is wanted.
 * - `signed_out`: the server does not accept, or no longer accepts, who this is (`auth.*`), or no token can be had
 *   (`client.no_token`). Everything waits for `signIn(token)`, or for `connect()` to try the same way again.
 * - `closed`: for good.
 *
 * ```text
 * offline, signed_out --connect, signIn--> connecting --opened--> online
 * connecting, online --refused or lost--> offline or signed_out, as `stateAfter` says
 * offline with willRetry --time passes, or the network is back--> connecting
 * any --disconnect--> offline without willRetry        any --close--> closed
 * ```
 */
export type ConnectionState =
  | { readonly state: 'connecting' | 'online' | 'closed' }
  | { readonly state: 'offline'; readonly willRetry: boolean; readonly error?: ChatError }
  | { readonly state: 'signed_out'; readonly error: ChatError };

/** The errors that the people who run the server or a proxy may put right while the client keeps trying. */
const MAY_BE_SET_RIGHT: readonly string[] = [
  'client.wrong_path',
  'client.not_a_chat',
  'client.no_websocket',
  'client.session_unknown',
  'client.connection_failed',
  ORIGIN_FORBIDDEN,
];

/** Whether a fresh token may succeed where the present one, or the lack of one, did not. */
export function wantsFreshToken({ code }: { readonly code: string }): boolean {
  return code === 'auth.expired' || code === 'client.no_token';
}

/**
 * The state that follows a failed attempt to connect, or the loss of the connection.
 *
 * @param error the server's refusal, or an error of the library; undefined if the connection just failed or broke.
 * @param mayGetToken whether the application may be asked for yet another token.
 */
export function stateAfter(error: ChatError | undefined, mayGetToken: boolean): ConnectionState {
  if (error === undefined) return { state: 'offline', willRetry: true };
  const isNextTokenBetter = mayGetToken && wantsFreshToken(error);
  if (!isNextTokenBetter && (isAboutIdentity(error) || wantsFreshToken(error)))
    return { state: 'signed_out', error };
  const willRetry = isNextTokenBetter || isPassing(error) || MAY_BE_SET_RIGHT.includes(error.code);
  return { state: 'offline', willRetry, error };
}

/** Whether the server closed the connection because nobody used it. */
export function isIdle(state: ConnectionState): boolean {
  return state.state === 'offline' && state.error?.code === IDLE;
}

/**
 * Whether the client is signed out only because the application had no token to give, perhaps for want of a network.
 */
export function isWithoutToken(state: ConnectionState): boolean {
  return state.state === 'signed_out' && state.error.code === 'client.no_token';
}

/** Whether the next attempt comes by itself. */
export function isWaiting(state: ConnectionState): boolean {
  return state.state === 'offline' && state.willRetry;
}

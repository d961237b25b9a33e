import { createRetry } from './backoff.js';
import { ChatError } from './chat-error.js';
import {
  type ConnectionState,
  isWaiting,
  isWithoutToken,
  stateAfter,
  wantsFreshToken,
} from './connection-state.js';
import type { Credentials, Token } from './credentials.js';
import type { Environment } from './environment.js';
import { createFailureHistory, isSilent } from './failure-history.js';
import { MAX_STALE_TOKENS, MAX_TOKEN_FAILURES, STABLE_CONNECTION_MS } from './limits.js';
import { whenNetworkIsBack } from './network.js';

export interface ConnectionAttemptsDependencies {
  readonly credentials: Credentials;
  readonly environment: Environment;
  /** Opens the connection. Called with the token, or with undefined if none is needed. */
  readonly open: (token: string | undefined) => void;
  readonly stateChanged: (state: ConnectionState) => void;
  /** Called with the error that the application's function for tokens threw. */
  readonly problem: (error: unknown) => void;
}

/** Decides whether, when and with which token another attempt to connect is made. */
export interface ConnectionAttempts {
  state(): ConnectionState;
  /** Begins an attempt now, in place of one that is due later. */
  start(): void;
  opened(): void;
  /**
   * Called when the attempt failed, or the connection is lost. `error` says why, if the server did, or if something
   * other than the chat answers. It is `client.not_a_chat` even if nothing was answered on a single connection only.
   */
  failed(error: ChatError | undefined): void;
  /** Begins the next attempt with this token. */
  use(token: Token): void;
  /** Ends the attempts. None begins by itself any more. */
  stop(next: ConnectionState): void;
}

export function createConnectionAttempts(dependencies: ConnectionAttemptsDependencies): ConnectionAttempts {
  const { credentials, environment, open, problem } = dependencies;
  const retry = createRetry(environment);
  const failures = createFailureHistory();
  let state: ConnectionState = { state: 'offline', willRetry: false };
  let tokenFailures = 0;
  /** Since when the connection has been up, in epoch ms. */
  let onlineSince = 0;

  function change(next: ConnectionState): void {
    if (state.state === 'closed') return;
    state = next;
    dependencies.stateChanged(next);
  }

  function ended(error: ChatError | undefined, maxTokenFailures = MAX_STALE_TOKENS): void {
    if (error !== undefined && wantsFreshToken(error)) tokenFailures += 1;
    const next = stateAfter(error, credentials.isRenewable() && tokenFailures < maxTokenFailures);
    // The timer is started before listeners are told, because a listener may stop it.
    if (isWaiting(next)) retry.later(start, error?.refusal?.retryAfterMs);
    change(next);
  }

  function start(): void {
    retry.cancel();
    if (state.state === 'closed') return;
    credentials.ask(open, (cause) => {
      problem(cause);
      ended(new ChatError('client.no_token', 'There is no token to connect with.'), MAX_TOKEN_FAILURES);
    });
    change({ state: 'connecting' });
  }

  const forgetNetwork = whenNetworkIsBack(() => {
    // Without a network, no token could be got either, so the failures do not count.
    if (isWithoutToken(state)) tokenFailures = 0;
    else if (!isWaiting(state)) return;
    start();
  });

  return {
    state: () => state,
    start,
    opened: () => {
      onlineSince = environment.now();
      tokenFailures = 0;
      change({ state: 'online' });
    },
    failed: (error) => {
      const wasOnline = state.state === 'online';
      // The socket may close without ever having been online: a server can leave the handshake unanswered.
      if (!wasOnline && state.state !== 'connecting') return;
      const lastedMs = wasOnline && !isSilent(error) ? environment.now() - onlineSince : 0;
      const hasLasted = lastedMs >= STABLE_CONNECTION_MS;
      if (hasLasted) retry.reset();
      ended(failures.add(error, hasLasted));
    },
    use: (next) => {
      credentials.use(next);
      tokenFailures = 0;
    },
    stop: (next) => {
      if (next.state === 'closed') forgetNetwork();
      retry.cancel();
      credentials.cancel();
      change(next);
    },
  };
}

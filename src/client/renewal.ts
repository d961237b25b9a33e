import type { Ack, AuthenticateAnswer } from '../protocol/wire.js';
import { createRetry } from './backoff.js';
import { isPassing, refusedBy } from './chat-error.js';
import { type Credentials, hintsOf } from './credentials.js';
import { createTimer, type Environment } from './environment.js';
import { MAX_RENEWAL_MS, MIN_RENEWAL_MS } from './limits.js';

export interface RenewalDependencies {
  readonly credentials: Credentials;
  readonly environment: Environment;
  /** Resolves with undefined when no answer will come. */
  readonly authenticate: (token: string) => Promise<Ack<AuthenticateAnswer> | undefined>;
  /**
   * Called when the next token is another person's, or nobody can tell. A new connection then asks for a token and
   * begins with it.
   */
  readonly startOver: () => void;
  readonly problem: (error: unknown) => void;
}

/**
 * Keeps a connection signed in: gets the next token before the present one expires, and hands it in. After a failure it
 * tries again until the server ends the connection. The next connection begins with a fresh token anyway.
 */
export interface Renewal {
  /** Called when the connection is up, with the token with which it began. */
  start(token: string | undefined): void;
  /** Gets a token and hands it in now. */
  renew(): void;
  stop(): void;
}

export function createRenewal(dependencies: RenewalDependencies): Renewal {
  const { credentials, environment, problem } = dependencies;
  const timer = createTimer(environment);
  const retry = createRetry(environment);
  let inUse: string | undefined;

  function stop(): void {
    timer.cancel();
    retry.cancel();
    retry.reset();
    credentials.cancel();
  }

  /**
   * Renews some time before the token expires. A part of that time is left to chance, so that tokens which were made
   * together are not renewed together.
   */
  function renewBefore(expiresAt: number): void {
    const leftMs = expiresAt - environment.now();
    // By this device's clock the token has expired, and yet the server took it. So the clock cannot be relied on.
    if (!(leftMs > 0) || !credentials.isRenewable()) return;
    const dueMs = leftMs * (0.7 + 0.2 * environment.random());
    timer.start(Math.min(MAX_RENEWAL_MS, Math.max(MIN_RENEWAL_MS, dueMs)), renew);
  }

  function renew(): void {
    timer.cancel();
    retry.cancel();
    credentials.ask(
      (token) => void handIn(token),
      (error) => {
        problem(error);
        retry.later(renew);
      },
    );
  }

  async function handIn(token = ''): Promise<void> {
    const { person, expiresAt = 0 } = hintsOf(token);
    if (token === inUse) return renewBefore(expiresAt);
    if (person === undefined || person !== hintsOf(inUse).person) return dependencies.startOver();
    const answer = await dependencies.authenticate(token);
    if (answer === undefined) return;
    if (answer.ok) {
      inUse = token;
      retry.reset();
      renewBefore(Date.parse(answer.expiresAt ?? ''));
    } else if (isPassing(answer.error) || answer.error.code === 'auth.expired') {
      retry.later(renew, answer.error.retryAfterMs);
    } else problem(refusedBy(answer.error));
  }

  return {
    start: (token) => {
      stop();
      inUse = token;
      renewBefore(hintsOf(token).expiresAt ?? 0);
    },
    renew,
    stop,
  };
}

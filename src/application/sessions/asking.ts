import { type Refusal, refuse } from '../answers/refusal.js';
import { countedAs, type Requester } from '../lookup/requester.js';
import type { Clock } from '../ports/clock.js';
import type { Metrics } from '../ports/metrics.js';
import type { RateKind, RateLimiter, Take } from '../ports/rate-limiter.js';
import type { Ending } from './ending.js';
import { requestBegins, requestEnds } from './in-flight.js';
import { type Asker, requesterFor, type SessionState } from './session-state.js';

/** Checks requests of a connection before they are done: who asks, and whether they ask too often. */
export interface Asking {
  /**
   * Runs `ask` for the person who made the request when it arrived. Refuses if that person asks too often, or if the
   * connection belongs to somebody else by now.
   */
  askAs<Answer extends { readonly outcome: string }>(
    state: SessionState,
    kind: RateKind,
    asker: Asker,
    ask: (by: Requester) => Answer | Promise<Answer>,
  ): Promise<Answer | Refusal>;
  /** Counts a request by its connection, whoever the connection belongs to. Returns null while it is not too often. */
  tooOften(kind: RateKind, state: SessionState): Promise<Refusal | null>;
}

export interface AskingDependencies {
  readonly rateLimiter: RateLimiter;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly ending: Ending;
}

export function createAsking(dependencies: AskingDependencies): Asking {
  const { rateLimiter, metrics } = dependencies;
  metrics.gauge('rate_limit_keys', rateLimiter.held);
  return {
    askAs: (state, kind, asker, ask) => askAs(dependencies, state, kind, asker, ask),
    tooOften: async (kind, { connectionId }) =>
      refusalOfTake(metrics, await rateLimiter.take(kind, connectionId)),
  };
}

async function askAs<Answer extends { readonly outcome: string }>(
  { rateLimiter, metrics, clock, ending }: AskingDependencies,
  state: SessionState,
  kind: RateKind,
  asker: Asker,
  ask: (by: Requester) => Answer | Promise<Answer>,
): Promise<Answer | Refusal> {
  const author = asker instanceof Promise ? await asker : asker;
  // There are two rounds. The first one counts the request, and the connection may begin to sign in as somebody else
  // meanwhile; so the second one checks again before it asks.
  for (let isCounted = false; ; isCounted = true) {
    while (state.signingIn !== null) await state.signingIn;
    const by = requesterFor(state, author, clock.now());
    if ('outcome' in by) return by;
    if (isCounted) {
      requestBegins(state);
      try {
        const answer = await ask(by);
        if (answer.outcome !== 'refused') markInUse(state, ending);
        return answer;
      } finally {
        requestEnds(state);
      }
    }
    state.countedAs ??= countedAs(by);
    const limited = refusalOfTake(metrics, await rateLimiter.take(kind, state.countedAs));
    if (limited !== null) return limited;
  }
}

/** Notes that the connection is in use from now on. */
function markInUse(state: SessionState, ending: Ending): void {
  if (state.stage !== 'signed_in') return;
  state.stage = 'in_use';
  state.idleAt = null;
  ending.watch(state);
}

function refusalOfTake(metrics: Metrics, take: Take): Refusal | null {
  if (take.outcome === 'taken') return null;
  metrics.count('requests_rate_limited_total');
  return refuse('rate.limited', { retryAfterMs: take.retryAfterMs });
}

import { invariant } from '../../domain/invariant.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import { isSameCaller } from '../lookup/person.js';
import type { Clock } from '../ports/clock.js';
import type { Authenticator, Credentials, Identity } from '../ports/identity.js';
import type { LeaveConsultation } from '../room/leaving.js';
import type { Asking } from './asking.js';
import type { Ending } from './ending.js';
import { settled } from './in-flight.js';
import { createRefusalLog, type RefusalLogDependencies } from './refusal-log.js';
import type { SessionLimits } from './session-limits.js';
import { requesterOf, type SessionState } from './session-state.js';

export interface SignedIn {
  readonly outcome: 'signed_in';
  readonly identity: Identity;
}

/** Signs connections in, the first time and again. */
export interface SignIn {
  /** Finds out whom the credentials prove. */
  authenticate(credentials: Credentials): Promise<SignedIn | Refusal>;
  /** Refuses something that does not even have the shape of credentials, and logs it as such. */
  malformed(channel: Credentials['channel']): Refusal;
  /** Gives the connection to `identity`. */
  setIdentity(state: SessionState, identity: Identity): void;
  /** Signs the connection in again. Sign-ins run one at a time, and requests that arrive after one wait for it. */
  signInAgain(state: SessionState, credentials: Credentials): Promise<SignedIn | Refusal>;
}

export interface SignInDependencies extends RefusalLogDependencies {
  readonly authenticator: Authenticator;
  readonly limits: SessionLimits;
  readonly leaving: LeaveConsultation;
  readonly clock: Clock;
  readonly asking: Pick<Asking, 'tooOften'>;
  readonly ending: Ending;
}

export function createSignIn(dependencies: SignInDependencies): SignIn {
  const { authenticator, limits, leaving, clock, asking, ending } = dependencies;
  const refusals = createRefusalLog(dependencies);

  async function authenticate(credentials: Credentials): Promise<SignedIn | Refusal> {
    const answer = await authenticator.authenticate(credentials);
    switch (answer.outcome) {
      case 'authenticated':
        return { outcome: 'signed_in', identity: answer.identity };
      case 'required':
        return refuse('auth.required');
      case 'invalid':
        refusals.note(credentials.channel, answer.refusal);
        return refuse('auth.invalid');
      case 'expired':
        refusals.note(credentials.channel, answer.refusal);
        return refuse('auth.expired');
    }
  }

  function setIdentity(state: SessionState, { caller, expiresAt }: Identity): void {
    invariant(state.stage !== 'ended', 'a connection that has ended is nobody any more');
    if (state.stage === 'arrived') {
      state.stage = 'signed_in';
      state.idleAt = clock.now() + limits.joinWithinMs;
    }
    state.by = { caller, channel: 'socket', requestId: state.connectionId };
    state.expiresAt = expiresAt;
    state.countedAs = null;
    ending.watch(state);
  }

  async function anew(state: SessionState, credentials: Credentials): Promise<SignedIn | Refusal> {
    const answer = await authenticate(credentials);
    if (answer.outcome === 'refused') return answer;
    const { by, connectionId } = state;
    // If the present sign-in has expired meanwhile, requests may have been refused because of it. Later requests must
    // not overtake them, so this sign-in is refused, too.
    const before = by === null ? null : requesterOf(state, clock.now());
    if (before !== null && 'outcome' in before) return before;
    const isAnother = by !== null && !isSameCaller(by.caller, answer.identity.caller);
    // What one person has asked for must neither be done for the next person nor be shown to them.
    if (isAnother) await settled(state);
    if (state.stage === 'ended') return refuse('auth.required');
    if (isAnother) leaving.leaveAll(connectionId);
    setIdentity(state, answer.identity);
    return answer;
  }

  return {
    authenticate,
    malformed: (channel) => {
      refusals.note(channel, { reason: 'malformed' });
      return refuse('auth.invalid');
    },
    setIdentity,
    signInAgain: (state, credentials) => {
      const before = state.signingIn ?? Promise.resolve();
      const answer = before.then(async () => {
        // Counted by the connection, because nobody knows yet who signs in.
        const limited = await asking.tooOften('authenticate', state);
        return limited ?? anew(state, credentials);
      });
      const ended = answer
        .catch(() => undefined)
        .then(() => {
          if (state.signingIn === ended) state.signingIn = null;
          return state.by;
        });
      state.signingIn = ended;
      return answer;
    },
  };
}

import type { Instant } from '../../domain/instant.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import type { GetMessages } from '../conversation/get-messages.js';
import type { JoinConsultation, JoinConsultationRequest } from '../conversation/join-consultation.js';
import type { MarkRead, MarkReadRequest } from '../conversation/mark-read.js';
import type { SendMessage } from '../conversation/send-message.js';
import { isSameCaller } from '../lookup/person.js';
import { countedAs, type Requester } from '../lookup/requester.js';
import type { Broadcaster, ConnectionId } from '../ports/broadcaster.js';
import type { Clock } from '../ports/clock.js';
import type { Authenticator, Credentials, Identity } from '../ports/identity.js';
import type { Logger } from '../ports/logger.js';
import type { Metrics } from '../ports/metrics.js';
import type { RateKind, RateLimiter, Take } from '../ports/rate-limiter.js';
import type { Scheduler } from '../ports/scheduler.js';
import type { Attendance } from '../room/attendance.js';
import type { LeaveConsultation } from '../room/leaving.js';
import type { Typing, TypingRequest } from '../room/typing.js';
import { createDeadlines } from './deadlines.js';
import { createRefusalLog } from './refusal-log.js';
import type { SessionLimits } from './session-limits.js';
import {
  type Asker,
  nextReasonAt,
  reasonToEnd,
  requesterOf,
  type SessionState,
  stillAs,
} from './session-state.js';

export interface SignedIn {
  readonly outcome: 'signed_in';
  readonly identity: Identity;
}

type OfSession<Request> = Omit<Request, 'connectionId'>;

/**
 * What one live connection may ask for, and as whom: everything goes through here, so that no transport can forget to
 * ask who it is. What is asked for while a sign-in is under way waits for it. Who asks is settled when a request arrives:
 * where it is somebody else's turn by the time it could be done, it is refused with `auth.required`.
 */
export interface Session {
  /** Who asks for what arrives now. A transport that lets a request wait takes this down first, and hands it in with it. */
  asker(): Asker;
  /** Proves anew who it is. The same person stays where they are; another one has left every consultation. A refusal changes nothing. */
  authenticate(credentials: Credentials): Promise<SignedIn | Refusal>;
  join(request: OfSession<JoinConsultationRequest>, asker?: Asker): ReturnType<JoinConsultation>;
  leave(consultationId: string): { readonly outcome: 'left' } | Refusal;
  send(request: Parameters<SendMessage>[1]): ReturnType<SendMessage>;
  getMessages(request: Parameters<GetMessages>[1]): ReturnType<GetMessages>;
  markRead(request: OfSession<MarkReadRequest>, asker?: Asker): ReturnType<MarkRead>;
  setTyping(request: OfSession<TypingRequest>, asker?: Asker): Promise<ReturnType<Typing['set']>>;
  /** Something was asked for that nobody understands, for the reason given: that, or `rate.limited`, is the answer. */
  misunderstood(reason: Refusal): Promise<Refusal>;
  /** The connection is gone. */
  close(): void;
}

export interface Sessions {
  /** Who stands behind the credentials. */
  authenticate(credentials: Credentials): Promise<SignedIn | Refusal>;
  /** What was shown is not even text that could be a token. */
  malformed(channel: Credentials['channel']): Refusal;
  /** A new connection; `identity` is null for one that has yet to say who it is. */
  open(connectionId: ConnectionId, identity: Identity | null): Session;
}

export interface SessionsDependencies {
  readonly authenticator: Authenticator;
  readonly limits: SessionLimits;
  readonly rateLimiter: RateLimiter;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly attendance: Attendance;
  readonly leaving: LeaveConsultation;
  readonly joinConsultation: JoinConsultation;
  readonly sendMessage: SendMessage;
  readonly getMessages: GetMessages;
  readonly markRead: MarkRead;
  readonly typing: Typing;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
}

export function createSessions(dependencies: SessionsDependencies): Sessions {
  const { authenticator, limits, rateLimiter, metrics } = dependencies;
  const { attendance, leaving, broadcaster, clock, scheduler } = dependencies;
  metrics.gauge('rate_limit_keys', rateLimiter.held);
  const refusals = createRefusalLog(dependencies);
  const deadlines = createDeadlines<SessionState>({ clock, scheduler, name: 'session-deadlines', due, stop });

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

  function watch(state: SessionState): void {
    if (!state.isOpen) return;
    const next = nextReasonAt(state);
    if (next === null) deadlines.clear(state);
    else deadlines.set(state, next);
  }

  function due(state: SessionState): void {
    if (!state.isOpen) return;
    const { connectionId } = state;
    const refusal = reasonToEnd(state, clock.now());
    if (refusal === null) {
      watch(state);
      return;
    }
    broadcaster.notify(connectionId, { type: 'refused', refusal });
    broadcaster.disconnect(connectionId);
    close(state);
  }

  /** Thousands may end at the same moment: none of them hears anything more until it is told. */
  function stop({ connectionId, expiresAt }: SessionState): void {
    if (expiresAt === null || expiresAt > clock.now()) return;
    for (const consultationId of attendance.joinedIn(connectionId)) {
      broadcaster.dismiss(connectionId, consultationId);
    }
  }

  function close(state: SessionState): void {
    if (!state.isOpen) return;
    state.isOpen = false;
    deadlines.clear(state);
    leaving.disconnect(state.connectionId);
  }

  function signIn(state: SessionState, { caller, expiresAt }: Identity): void {
    if (state.by === null) state.idleAt = clock.now() + limits.joinWithinMs;
    state.by = { caller, channel: 'socket', requestId: state.connectionId };
    state.expiresAt = expiresAt;
    state.countedAs = null;
    watch(state);
  }

  async function signInAnew(state: SessionState, credentials: Credentials): Promise<SignedIn | Refusal> {
    const answer = await authenticate(credentials);
    if (answer.outcome === 'refused') return answer;
    const { by, connectionId } = state;
    // Something may have been refused for it already: what comes behind that must not overtake it.
    const before = by === null ? null : requesterOf(state, clock.now());
    if (before !== null && 'outcome' in before) return before;
    if (by !== null && !isSameCaller(by.caller, answer.identity.caller)) {
      // What the one person has asked for must not come true for the other, nor be shown to them.
      await settled(state);
      leaving.leaveAll(connectionId);
    }
    if (!state.isOpen) return refuse('auth.required');
    signIn(state, answer.identity);
    return answer;
  }

  /** null while it is not too often. */
  async function tooOften(kind: RateKind, key: string): Promise<Refusal | null> {
    return refusalOfTake(await rateLimiter.take(kind, key));
  }

  function refusalOfTake(take: Take): Refusal | null {
    if (take.outcome === 'taken') return null;
    metrics.count('requests_rate_limited_total');
    return refuse('rate.limited', { retryAfterMs: take.retryAfterMs });
  }

  /** Asks as who asked when the request arrived, unless they ask too often or it is no longer them. */
  async function as<Answer extends { readonly outcome: string }>(
    state: SessionState,
    kind: RateKind,
    asker: Asker,
    ask: (by: Requester) => Answer | Promise<Answer>,
  ): Promise<Answer | Refusal> {
    const author = asker instanceof Promise ? await asker : asker;
    while (state.signingIn !== null) await state.signingIn;
    const asking = stillAs(state, author, clock.now());
    if ('outcome' in asking) return asking;
    state.countedAs ??= countedAs(asking);
    const limited = refusalOfTake(await rateLimiter.take(kind, state.countedAs));
    if (limited !== null) return limited;
    // They may have begun to sign in as somebody else meanwhile.
    while (state.signingIn !== null) await state.signingIn;
    const by = stillAs(state, author, clock.now());
    if ('outcome' in by) return by;
    state.underWay += 1;
    try {
      return used(state, await ask(by));
    } finally {
      state.underWay -= 1;
      if (state.underWay === 0) state.whenSettled?.();
    }
  }

  /** Resolves when nothing is under way. Asked for by one sign-in at a time, behind which everything else waits. */
  async function settled(state: SessionState): Promise<void> {
    while (state.underWay > 0) {
      await new Promise<void>((resolve) => {
        state.whenSettled = resolve;
      });
      state.whenSettled = null;
    }
  }

  /** It is in use from now on. */
  function used<Answer extends { readonly outcome: string }>(state: SessionState, answer: Answer): Answer {
    if (state.idleAt !== null && answer.outcome !== 'refused' && state.by !== null) {
      state.idleAt = null;
      watch(state);
    }
    return answer;
  }

  /** One at a time, and everything that is asked for behind it waits. */
  function signInInTurn(state: SessionState, credentials: Credentials): Promise<SignedIn | Refusal> {
    const before = state.signingIn ?? Promise.resolve();
    const answer = before.then(async () => {
      // Whoever it will be: until then it is a connection.
      const limited = await tooOften('authenticate', state.connectionId);
      return limited ?? signInAnew(state, credentials);
    });
    const ended = answer
      .catch(() => undefined)
      .then(() => {
        if (state.signingIn === ended) state.signingIn = null;
        return state.by;
      });
    state.signingIn = ended;
    return answer;
  }

  const { joinConsultation, sendMessage, getMessages, markRead, typing } = dependencies;

  /** A class, because tens of thousands of connections share its methods; one with its state, to be one thing less. */
  class LiveSession implements Session, SessionState {
    isOpen = true;
    by: Requester | null = null;
    expiresAt: Instant | null = null;
    countedAs: string | null = null;
    signingIn: Promise<Requester | null> | null = null;
    underWay = 0;
    whenSettled: (() => void) | null = null;
    deadline: number | null = null;

    constructor(
      readonly connectionId: ConnectionId,
      public idleAt: Instant | null,
    ) {}

    authenticate(credentials: Credentials): Promise<SignedIn | Refusal> {
      return signInInTurn(this, credentials);
    }

    asker(): Asker {
      return this.signingIn ?? this.by;
    }

    join(
      request: OfSession<JoinConsultationRequest>,
      asker: Asker = this.asker(),
    ): ReturnType<JoinConsultation> {
      const { connectionId } = this;
      return as(this, 'join_consultation', asker, (by) => joinConsultation(by, { connectionId, ...request }));
    }

    leave(consultationId: string): { readonly outcome: 'left' } | Refusal {
      leaving.leave(this.connectionId, consultationId);
      const by = requesterOf(this, clock.now());
      return 'outcome' in by ? by : { outcome: 'left' };
    }

    send(request: Parameters<SendMessage>[1]): ReturnType<SendMessage> {
      return as(this, 'send_message', this.asker(), (by) => sendMessage(by, request));
    }

    getMessages(request: Parameters<GetMessages>[1]): ReturnType<GetMessages> {
      return as(this, 'get_messages', this.asker(), (by) => getMessages(by, request));
    }

    markRead(request: OfSession<MarkReadRequest>, asker: Asker = this.asker()): ReturnType<MarkRead> {
      const { connectionId } = this;
      return as(this, 'mark_read', asker, (by) => markRead(by, { connectionId, ...request }));
    }

    setTyping(
      request: OfSession<TypingRequest>,
      asker: Asker = this.asker(),
    ): Promise<ReturnType<Typing['set']>> {
      const { connectionId } = this;
      return as(this, 'typing', asker, (by) => typing.set(by, { connectionId, ...request }));
    }

    async misunderstood(reason: Refusal): Promise<Refusal> {
      return (await tooOften('invalid_request', this.connectionId)) ?? reason;
    }

    close(): void {
      close(this);
    }
  }

  return {
    authenticate,
    malformed: (channel) => {
      refusals.note(channel, { reason: 'malformed' });
      return refuse('auth.invalid');
    },
    open: (connectionId, identity) => {
      const idleAt = clock.now() + (identity === null ? limits.signInWithinMs : limits.joinWithinMs);
      const session = new LiveSession(connectionId, idleAt);
      attendance.connect(connectionId);
      if (identity === null) watch(session);
      else signIn(session, identity);
      return session;
    },
  };
}

import { type Instant, SECOND_MS } from '../domain/instant.js';
import type { Attendance } from './attendance.js';
import { createDeadlines } from './deadlines.js';
import type { GetMessages } from './get-messages.js';
import type { JoinConsultation, JoinConsultationRequest } from './join-consultation.js';
import type { LeaveConsultation } from './leave-consultation.js';
import type { MarkRead, MarkReadRequest } from './mark-read.js';
import type { Broadcaster, ConnectionId } from './ports/broadcaster.js';
import type { Clock } from './ports/clock.js';
import type { Authenticator, Caller, Credentials, Identity } from './ports/identity.js';
import type { Scheduler } from './ports/scheduler.js';
import { type Refusal, refuse } from './refusal.js';
import type { Requester } from './requester.js';
import type { SendMessage } from './send-message.js';
import type { Typing, TypingRequest } from './typing.js';

/** How long a connection may go without saying who it is, and without asking for any consultation. */
export interface SessionLimits {
  readonly signInWithinMs: number;
  readonly joinWithinMs: number;
}

export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  signInWithinMs: 10 * SECOND_MS,
  joinWithinMs: 60 * SECOND_MS,
};

export interface SignedIn {
  readonly outcome: 'signed_in';
  readonly identity: Identity;
}

type OfSession<Request> = Omit<Request, 'connectionId'>;

/**
 * What one live connection may ask for, and as whom: everything goes through here, so that no transport can forget to
 * ask who it is. What is asked for while a sign-in is under way waits for it.
 */
export interface Session {
  /** Proves anew who it is. The same person stays where they are; another one has left every consultation. A refusal changes nothing. */
  authenticate(credentials: Credentials): Promise<SignedIn | Refusal>;
  join(request: OfSession<JoinConsultationRequest>): ReturnType<JoinConsultation>;
  leave(consultationId: string): { readonly outcome: 'left' } | Refusal;
  send(request: Parameters<SendMessage>[1]): ReturnType<SendMessage>;
  getMessages(request: Parameters<GetMessages>[1]): ReturnType<GetMessages>;
  markRead(request: OfSession<MarkReadRequest>): ReturnType<MarkRead>;
  setTyping(request: OfSession<TypingRequest>): Promise<ReturnType<Typing['set']>>;
  /** The connection is gone. */
  close(): void;
}

export interface Sessions {
  /** Who stands behind the credentials. */
  authenticate(credentials: Credentials): Promise<SignedIn | Refusal>;
  /** A new connection; `identity` is null for one that has yet to say who it is. */
  open(connectionId: ConnectionId, identity: Identity | null): Session;
}

export interface SessionsDependencies {
  readonly authenticator: Authenticator;
  readonly limits: SessionLimits;
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

/** What is known of one connection. */
interface Standing {
  readonly connectionId: ConnectionId;
  identity: Identity | null;
  by: Requester | null;
  signingIn: Promise<unknown> | null;
  /** Joins under way: null when there is none. */
  joining: Promise<unknown> | null;
  /** Until it first asks for a consultation: when it is closed without. */
  idleAt: Instant | null;
}

export function createSessions(dependencies: SessionsDependencies): Sessions {
  const { authenticator, limits, attendance, leaving, broadcaster, clock, scheduler } = dependencies;
  const open = new Map<ConnectionId, Standing>();
  const deadlines = createDeadlines({ clock, scheduler, name: 'session-deadlines', due });

  async function authenticate(credentials: Credentials): Promise<SignedIn | Refusal> {
    const answer = await authenticator.authenticate(credentials);
    switch (answer.outcome) {
      case 'authenticated':
        return { outcome: 'signed_in', identity: answer.identity };
      case 'required':
        return refuse('auth.required');
      case 'invalid':
        return refuse('auth.invalid');
      case 'expired':
        return refuse('auth.expired');
    }
  }

  /** Why the connection has to end now; null while it may stay. */
  function reasonToEnd(standing: Standing, now: Instant): Refusal | null {
    const { identity, idleAt } = standing;
    if (isExpired(identity, now)) return refuse('auth.expired');
    if (idleAt === null || idleAt > now) return null;
    return identity === null ? refuse('auth.required') : refuse('connection.idle');
  }

  function watch(standing: Standing): void {
    const moments = [standing.identity?.expiresAt ?? null, standing.idleAt].filter((at) => at !== null);
    if (moments.length === 0) deadlines.clear(standing.connectionId);
    else deadlines.set(standing.connectionId, Math.min(...moments));
  }

  function due(connectionId: ConnectionId): void {
    const standing = open.get(connectionId);
    if (standing === undefined) return;
    const refusal = reasonToEnd(standing, clock.now());
    if (refusal === null) {
      watch(standing);
      return;
    }
    broadcaster.notify(connectionId, { type: 'refused', refusal });
    broadcaster.disconnect(connectionId);
    close(connectionId);
  }

  function close(connectionId: ConnectionId): void {
    if (!open.delete(connectionId)) return;
    deadlines.clear(connectionId);
    leaving.disconnect(connectionId);
  }

  function signIn(standing: Standing, identity: Identity): void {
    const { connectionId } = standing;
    if (standing.identity === null) standing.idleAt = clock.now() + limits.joinWithinMs;
    standing.identity = identity;
    standing.by = { caller: identity.caller, channel: 'socket', requestId: connectionId };
    watch(standing);
  }

  async function signInAnew(standing: Standing, credentials: Credentials): Promise<SignedIn | Refusal> {
    const answer = await authenticate(credentials);
    if (answer.outcome === 'refused') return answer;
    const { identity, connectionId } = standing;
    if (identity !== null && !isSame(identity.caller, answer.identity.caller)) {
      // What the one person has asked for must not come true for the other.
      while (standing.joining !== null) await standing.joining;
      leaving.leaveAll(connectionId);
    }
    if (!open.has(connectionId)) return refuse('auth.required');
    signIn(standing, answer.identity);
    return answer;
  }

  /** As whom the connection asks now. */
  function requesterOf(standing: Standing): Requester | Refusal {
    if (standing.by === null) return refuse('auth.required');
    return isExpired(standing.identity, clock.now()) ? refuse('auth.expired') : standing.by;
  }

  /** Asks as whoever the connection is by then. */
  async function as<Answer>(
    standing: Standing,
    ask: (by: Requester) => Answer | Promise<Answer>,
  ): Promise<Answer | Refusal> {
    while (standing.signingIn !== null) await standing.signingIn;
    const by = requesterOf(standing);
    return 'outcome' in by ? by : ask(by);
  }

  async function join(
    standing: Standing,
    by: Requester,
    request: OfSession<JoinConsultationRequest>,
  ): ReturnType<JoinConsultation> {
    const answer = dependencies.joinConsultation(by, { connectionId: standing.connectionId, ...request });
    const settled = Promise.allSettled([standing.joining, answer]).then(() => {
      if (standing.joining === settled) standing.joining = null;
    });
    standing.joining = settled;
    return used(standing, await answer);
  }

  /** It is in use from now on. */
  function used<Answer extends { readonly outcome: string }>(standing: Standing, answer: Answer): Answer {
    if (standing.idleAt !== null && answer.outcome !== 'refused' && standing.identity !== null) {
      standing.idleAt = null;
      watch(standing);
    }
    return answer;
  }

  function sessionOf(standing: Standing): Session {
    const { connectionId } = standing;
    const { sendMessage, getMessages, markRead, typing } = dependencies;
    return {
      authenticate: (credentials) => {
        const before = standing.signingIn ?? Promise.resolve();
        const answer = before.then(() => signInAnew(standing, credentials));
        const settled = answer
          .catch(() => undefined)
          .then(() => {
            if (standing.signingIn === settled) standing.signingIn = null;
          });
        standing.signingIn = settled;
        return answer;
      },
      join: (request) => as(standing, (by) => join(standing, by, request)),
      leave: (consultationId) => {
        leaving.leave(connectionId, consultationId);
        const by = requesterOf(standing);
        return 'outcome' in by ? by : { outcome: 'left' };
      },
      send: (request) => as(standing, async (by) => used(standing, await sendMessage(by, request))),
      getMessages: (request) => as(standing, async (by) => used(standing, await getMessages(by, request))),
      markRead: (request) =>
        as(standing, async (by) => used(standing, await markRead(by, { connectionId, ...request }))),
      setTyping: (request) => as(standing, (by) => typing.set(by, { connectionId, ...request })),
      close: () => close(connectionId),
    };
  }

  return {
    authenticate,
    open: (connectionId, identity) => {
      const idleAt = clock.now() + (identity === null ? limits.signInWithinMs : limits.joinWithinMs);
      const standing: Standing = {
        connectionId,
        identity: null,
        by: null,
        signingIn: null,
        joining: null,
        idleAt,
      };
      open.set(connectionId, standing);
      attendance.connect(connectionId);
      if (identity === null) watch(standing);
      else signIn(standing, identity);
      return sessionOf(standing);
    },
  };
}

function isExpired(identity: Identity | null, now: Instant): boolean {
  const expiresAt = identity?.expiresAt ?? null;
  return expiresAt !== null && expiresAt <= now;
}

function isSame(one: Caller, other: Caller): boolean {
  if (one.role === 'anyone' || other.role === 'anyone') return one.role === other.role;
  return one.role === other.role && one.id === other.id;
}

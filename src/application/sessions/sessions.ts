import type { Instant } from '../../domain/instant.js';
import type { Refusal } from '../answers/refusal.js';
import type {
  ChangeOwnConsultation,
  EndRequest,
  ExtendRequest,
} from '../conversation/change-own-consultation.js';
import type { GetMessages, GetMessagesRequest } from '../conversation/get-messages.js';
import type { JoinConsultation, JoinConsultationRequest } from '../conversation/join-consultation.js';
import type { MarkRead, MarkReadRequest } from '../conversation/mark-read.js';
import type { SendMessage, SendMessageRequest } from '../conversation/send-message.js';
import type { Requester } from '../lookup/requester.js';
import type { ConnectionId } from '../ports/broadcaster.js';
import type { Credentials, Identity } from '../ports/identity.js';
import type { Typing, TypingRequest } from '../room/typing.js';
import type { WatchInbox, WatchInboxRequest } from '../room/watch-inbox.js';
import { type Asking, type AskingDependencies, createAsking } from './asking.js';
import { createEnding, type Ending, type EndingDependencies } from './ending.js';
import { type Asker, requesterOf, type SessionStage, type SessionState } from './session-state.js';
import { createSignIn, type SignedIn, type SignIn, type SignInDependencies } from './sign-in.js';

type OfSession<Request> = Omit<Request, 'connectionId'>;

/**
 * What one live connection may ask for. Everything goes through here, so that no transport can forget to check who
 * asks. Requests that arrive during a sign-in wait for it. Who asks is settled when a request arrives. If the
 * connection belongs to somebody else by the time the request could be done, the request is refused with
 * `auth.required`.
 */
export interface Session {
  /**
   * Who makes a request that arrives now. A transport that lets a request wait calls this first, and passes the
   * result on with the request.
   */
  asker(): Asker;
  /**
   * Signs the connection in again. The same person stays in their consultations; another person leaves them all. A
   * refusal changes nothing.
   */
  authenticate(credentials: Credentials): Promise<SignedIn | Refusal>;
  join(request: OfSession<JoinConsultationRequest>, asker?: Asker): ReturnType<JoinConsultation>;
  leave(consultationId: string): { readonly outcome: 'left' } | Refusal;
  send(request: SendMessageRequest): ReturnType<SendMessage>;
  getMessages(request: GetMessagesRequest): ReturnType<GetMessages>;
  markRead(request: OfSession<MarkReadRequest>, asker?: Asker): ReturnType<MarkRead>;
  setTyping(request: OfSession<TypingRequest>, asker?: Asker): Promise<ReturnType<Typing['set']>>;
  endConsultation(request: OfSession<EndRequest>, asker?: Asker): ReturnType<ChangeOwnConsultation['end']>;
  extendConsultation(
    request: OfSession<ExtendRequest>,
    asker?: Asker,
  ): ReturnType<ChangeOwnConsultation['extend']>;
  /** A page of the caller's own inbox. From now on the connection hears of every change in that inbox. */
  watchInbox(request: OfSession<WatchInboxRequest>, asker?: Asker): ReturnType<WatchInbox['watch']>;
  /** Does nothing for a connection that does not watch. */
  unwatchInbox(): { readonly outcome: 'unwatched' } | Refusal;
  /**
   * Counts a request that could not be read.
   *
   * @returns `reason`, or `rate.limited` when there were too many.
   */
  refuseUnreadable(reason: Refusal): Promise<Refusal>;
  /** The connection is gone. */
  close(): void;
}

export interface Sessions {
  /** Finds out whom the credentials prove. */
  authenticate(credentials: Credentials): Promise<SignedIn | Refusal>;
  /** Refuses something that does not even have the shape of credentials, without asking the authenticator. */
  malformed(channel: Credentials['channel']): Refusal;
  /** Opens the session of a new connection. `identity` is null if the connection has not said who it is. */
  open(connectionId: ConnectionId, identity: Identity | null): Session;
}

/** The use cases that a session calls once it has checked who asks, and how often. */
interface UseCases {
  readonly joinConsultation: JoinConsultation;
  readonly sendMessage: SendMessage;
  readonly getMessages: GetMessages;
  readonly markRead: MarkRead;
  readonly typing: Typing;
  readonly changeOwn: ChangeOwnConsultation;
  readonly inbox: WatchInbox;
}

type Parts = 'asking' | 'ending' | 'signIn';

export interface SessionsDependencies
  extends UseCases,
    EndingDependencies,
    Omit<AskingDependencies, Parts>,
    Omit<SignInDependencies, Parts> {}

/** What all sessions share. */
interface SessionParts extends UseCases, Pick<SessionsDependencies, 'leaving' | 'clock'> {
  readonly ending: Ending;
  readonly asking: Asking;
  readonly signIn: SignIn;
}

export function createSessions(dependencies: SessionsDependencies): Sessions {
  const { attendance, clock, limits } = dependencies;
  const parts = createParts(dependencies);
  const { ending, signIn } = parts;
  return {
    authenticate: signIn.authenticate,
    malformed: signIn.malformed,
    open: (connectionId, identity) => {
      const idleAt = clock.now() + (identity === null ? limits.signInWithinMs : limits.joinWithinMs);
      const session = new LiveSession(parts, connectionId, idleAt);
      attendance.connect(connectionId);
      if (identity === null) ending.watch(session);
      else signIn.setIdentity(session, identity);
      return session;
    },
  };
}

function createParts(dependencies: SessionsDependencies): SessionParts {
  const ending = createEnding(dependencies);
  const asking = createAsking({ ...dependencies, ending });
  const signIn = createSignIn({ ...dependencies, asking, ending });
  return { ...dependencies, ending, asking, signIn };
}

/**
 * A class, because tens of thousands of connections share its methods. It also holds its own state, which saves an
 * object for each connection.
 */
class LiveSession implements Session, SessionState {
  stage: SessionStage = 'arrived';
  by: Requester | null = null;
  expiresAt: Instant | null = null;
  countedAs: string | null = null;
  signingIn: Promise<Requester | null> | null = null;
  inFlight = 0;
  whenSettled: (() => void) | null = null;
  deadline: number | null = null;

  constructor(
    private readonly parts: SessionParts,
    readonly connectionId: ConnectionId,
    public idleAt: Instant | null,
  ) {}

  authenticate(credentials: Credentials): Promise<SignedIn | Refusal> {
    return this.parts.signIn.signInAgain(this, credentials);
  }

  asker(): Asker {
    return this.signingIn ?? this.by;
  }

  join(
    request: OfSession<JoinConsultationRequest>,
    asker: Asker = this.asker(),
  ): ReturnType<JoinConsultation> {
    const { connectionId, parts } = this;
    return parts.asking.askAs(this, 'join_consultation', asker, (by) =>
      parts.joinConsultation(by, { connectionId, ...request }),
    );
  }

  leave(consultationId: string): { readonly outcome: 'left' } | Refusal {
    this.parts.leaving.leave(this.connectionId, consultationId);
    const by = requesterOf(this, this.parts.clock.now());
    return 'outcome' in by ? by : { outcome: 'left' };
  }

  send(request: SendMessageRequest): ReturnType<SendMessage> {
    const { parts } = this;
    return parts.asking.askAs(this, 'send_message', this.asker(), (by) => parts.sendMessage(by, request));
  }

  getMessages(request: GetMessagesRequest): ReturnType<GetMessages> {
    const { parts } = this;
    return parts.asking.askAs(this, 'get_messages', this.asker(), (by) => parts.getMessages(by, request));
  }

  markRead(request: OfSession<MarkReadRequest>, asker: Asker = this.asker()): ReturnType<MarkRead> {
    const { connectionId, parts } = this;
    return parts.asking.askAs(this, 'mark_read', asker, (by) =>
      parts.markRead(by, { connectionId, ...request }),
    );
  }

  setTyping(
    request: OfSession<TypingRequest>,
    asker: Asker = this.asker(),
  ): Promise<ReturnType<Typing['set']>> {
    const { connectionId, parts } = this;
    return parts.asking.askAs(this, 'typing', asker, (by) =>
      parts.typing.set(by, { connectionId, ...request }),
    );
  }

  endConsultation(
    request: OfSession<EndRequest>,
    asker: Asker = this.asker(),
  ): ReturnType<ChangeOwnConsultation['end']> {
    const { connectionId, parts } = this;
    return parts.asking.askAs(this, 'mark_read', asker, (by) =>
      parts.changeOwn.end(by, { connectionId, ...request }),
    );
  }

  extendConsultation(
    request: OfSession<ExtendRequest>,
    asker: Asker = this.asker(),
  ): ReturnType<ChangeOwnConsultation['extend']> {
    const { connectionId, parts } = this;
    return parts.asking.askAs(this, 'mark_read', asker, (by) =>
      parts.changeOwn.extend(by, { connectionId, ...request }),
    );
  }

  watchInbox(
    request: OfSession<WatchInboxRequest>,
    asker: Asker = this.asker(),
  ): ReturnType<WatchInbox['watch']> {
    const { connectionId, parts } = this;
    return parts.asking.askAs(this, 'get_messages', asker, (by) =>
      parts.inbox.watch(by, { connectionId, ...request }),
    );
  }

  unwatchInbox(): { readonly outcome: 'unwatched' } | Refusal {
    this.parts.inbox.unwatch(this.connectionId);
    const by = requesterOf(this, this.parts.clock.now());
    return 'outcome' in by ? by : { outcome: 'unwatched' };
  }

  async refuseUnreadable(reason: Refusal): Promise<Refusal> {
    return (await this.parts.asking.tooOften('invalid_request', this)) ?? reason;
  }

  close(): void {
    this.parts.ending.end(this);
  }
}

/**
 * The public contract on the wire: event names and payload shapes, shared by the Socket.IO transport and by clients.
 * Types only, no dependency. Add, never rename. `docs/protocol.md` says the same in prose.
 *
 * Instants are ISO 8601 in UTC with milliseconds, for instance `2026-03-29T07:00:00.000Z`.
 */

/** As which party somebody speaks. The patient is `user` on the wire. */
export type Sender = 'user' | 'doctor';

export interface Person {
  readonly id: string;
  readonly name: string;
}

export interface Message {
  readonly messageId: string;
  readonly consultationId: string;
  readonly sender: Sender;
  readonly content: string;
  readonly sentAt: string;
  readonly user: Person;
  readonly doctor: Person;
  /** The number of the message in its consultation, dense from 1. Everybody has this order. */
  readonly seq: number;
  /** Present if the sender gave one. */
  readonly clientMessageId?: string;
}

export interface DoctorReady {
  readonly consultationId: string;
  readonly doctorId: string;
  readonly message: 'Doctor is now available';
}

/** The doctor's schedule has closed. */
export interface DoctorAway {
  readonly consultationId: string;
  readonly doctorId: string;
  readonly message: 'Doctor is no longer available';
  /** null when the schedule does not open within 366 days. */
  readonly nextOpeningAt: string | null;
}

/**
 * Somebody came or went. `userId` is the party's id. For a connection that has not said who it is, `userId` is the
 * connection's id.
 */
export interface Presence {
  readonly consultationId: string;
  readonly userId: string;
  readonly sender: Sender | null;
  readonly at: string;
}

/** A person who is present in a consultation, on however many devices. */
export interface PresentPerson {
  readonly userId: string;
  readonly sender: Sender | null;
}

export interface Typing {
  readonly consultationId: string;
  readonly userId: string;
  readonly sender: Sender | null;
  readonly isTyping: boolean;
}

/** A party has read everything up to and including `seq`. The mark never goes back. */
export interface MessagesRead {
  readonly consultationId: string;
  readonly reader: Sender;
  readonly userId: string;
  readonly seq: number;
  readonly at: string;
}

/** The `seq` of the last stored message. A client that has a lower one has missed some. */
export interface ConsultationHead {
  readonly consultationId: string;
  readonly seq: number;
}

export type ConsultationStatus = 'open' | 'ended' | 'expired';

export interface Consultation {
  readonly consultationId: string;
  /** `isActive` is true exactly while `status` is `open`. */
  readonly isActive: boolean;
  readonly status: ConsultationStatus;
  readonly expiresAt: string;
  readonly user: Person;
  readonly doctor: Person;
  /** Up to which `seq` each party has read; 0 before the first. */
  readonly readSeq: { readonly user: number; readonly doctor: number };
}

export type ErrorCode =
  | 'request.invalid'
  | 'consultation.not_found'
  | 'consultation.inactive'
  | 'consultation.expired'
  | 'consultation.forbidden'
  | 'doctor.unavailable'
  | 'message.id_conflict'
  | 'auth.required'
  | 'auth.invalid'
  | 'auth.expired'
  | 'connection.idle'
  | 'rate.limited'
  | 'server.overloaded'
  | 'server.error';

export interface WireError {
  readonly code: ErrorCode;
  /** A sentence for people. */
  readonly message: string;
  /** The event that was refused, if the error is not in an acknowledgement. */
  readonly event?: string;
  /** `request.invalid`: the path of the offending value, for instance `content`. */
  readonly field?: string;
  /** `doctor.unavailable`: when the schedule opens next; null when it does not within 366 days. */
  readonly nextOpeningAt?: string | null;
  /** `rate.limited`, `server.overloaded`: milliseconds to wait. */
  readonly retryAfterMs?: number;
  /** The message that was refused, if its sender gave an id. */
  readonly clientMessageId?: string;
}

export type Ack<Success> =
  | ({ readonly ok: true } & Success)
  | { readonly ok: false; readonly error: WireError };
export type AckCallback<Success> = (answer: Ack<Success>) => void;

export interface SendMessagePayload {
  readonly consultationId: string;
  readonly sender: Sender;
  /** 1 to 4,000 characters (Unicode code points) after trimming. */
  readonly content: string;
  /** 1 to 64 characters; makes a repeat safe. */
  readonly clientMessageId?: string;
}

export interface JoinConsultationPayload {
  readonly consultationId: string;
  /** The last `seq` that the client has. The answer has the messages after it. */
  readonly after?: number | undefined;
  /** The last message that the client has, by which the server sees whether its history is still the same. */
  readonly last?: { readonly seq: number; readonly messageId: string } | undefined;
  /**
   * The party to join as, if the connection has not said so yet. With a token, it can only be the party that the
   * token names.
   */
  readonly sender?: Sender | null;
}

export interface SendMessageAnswer {
  readonly messageId: string;
  readonly seq: number;
  readonly sentAt: string;
  /** Present if the same message had been stored before. Nothing was stored or broadcast again. */
  readonly duplicate?: true;
}

export interface JoinConsultationAnswer {
  readonly consultation: Consultation;
  readonly doctor: {
    readonly open: boolean;
    readonly nextOpeningAt: string | null;
    /** The IANA name of the schedule's time zone. */
    readonly timeZone: string;
    /** Milliseconds between two `doctor_ready` while the doctor is on duty. */
    readonly noticeIntervalMs: number;
  };
  /** The server's time when it answered, which decides what has expired. Older servers do not send it. */
  readonly now: string;
  readonly headSeq: number;
  /** The messages after `after`, oldest first, at most 200; empty if no `after` was given. */
  readonly messages: readonly Message[];
  /** The people who are present now, the one who joins included. */
  readonly present: readonly PresentPerson[];
  /**
   * Present if the message that was given as `last` is not stored, or not with its `seq`: the server has lost messages, and
   * what the client has must be fetched anew.
   */
  readonly otherHistory?: true;
}

/** At most one of `after` and `before` may be given. Without either, the newest messages are returned. */
export interface GetMessagesPayload {
  readonly consultationId: string;
  /** Messages with a greater `seq`. */
  readonly after?: number;
  /** Messages with a smaller `seq`: the last ones before it. */
  readonly before?: number | undefined;
  /** 1 to 200; 50 when left out. */
  readonly limit?: number | undefined;
}

export interface GetMessagesAnswer {
  /** In the order of `seq`. */
  readonly messages: readonly Message[];
  readonly headSeq: number;
  /** Whether there are more messages in the same direction. */
  readonly hasMore: boolean;
}

export interface MarkReadPayload {
  readonly consultationId: string;
  readonly seq: number;
  /** The party that has read, if the connection has not said so by joining. */
  readonly sender?: Sender;
}

export interface EndConsultationPayload {
  readonly consultationId: string;
  /** The party that ends it, if the connection has not said so by joining. */
  readonly sender?: Sender;
}

export interface ExtendConsultationPayload extends EndConsultationPayload {
  /** From now; 1 to 527,040, which is 366 days. */
  readonly durationMinutes: number;
}

/** The consultation as it is now. */
export interface ConsultationChangedAnswer {
  readonly consultation: Consultation;
}

/** A consultation as one of its parties sees it in their inbox. Nothing of what was said is in it. */
export interface InboxItem {
  readonly consultationId: string;
  readonly status: ConsultationStatus;
  readonly expiresAt: string;
  readonly openedAt: string;
  /** The `seq` of the last message; 0 before the first. */
  readonly headSeq: number;
  /** Up to which `seq` the asker has read. */
  readonly readSeq: number;
  /** How many messages of the other party are after that read mark. */
  readonly unread: number;
  readonly lastMessageAt: string | null;
  readonly lastSender: Sender | null;
  /** When the patient sent the first message that the doctor has not answered; null if nobody waits. */
  readonly waitingSince: string | null;
  /** How many of the doctor's open consultations have waited longer; null if nobody waits. */
  readonly ahead: number | null;
  readonly user: Person;
  readonly doctor: Person;
  /** Which of the parties are present now. */
  readonly present: readonly Sender[];
}

/**
 * `waiting`: those who wait, the longest first, and after them the others by activity. `activity`: the most recent
 * message first, or the opening if there is no message.
 */
export type InboxSort = 'waiting' | 'activity';

export interface WatchInboxPayload {
  /** `waiting` when left out. */
  readonly sort?: InboxSort;
  /** The `nextCursor` of the page before, in the same order. */
  readonly after?: string;
  /** 1 to 200; 50 when left out. */
  readonly limit?: number;
  /** Whose inbox it is in demo mode, where nobody proves who they are. */
  readonly sender?: Sender;
  readonly userId?: string;
}

export interface WatchInboxAnswer {
  readonly items: readonly InboxItem[];
  /** The `after` of the next page; null on the last one. */
  readonly nextCursor: string | null;
  /** The server's time when it answered. Older servers do not send it. */
  readonly now: string;
}

export interface InboxUpdated {
  readonly item: InboxItem;
}

export type Role = 'patient' | 'doctor' | 'admin';

export interface AuthenticatePayload {
  /** A token like the one in the handshake's `auth.token`. */
  readonly token: string;
}

export interface AuthenticateAnswer {
  /** null in demo mode, where nobody has to say who they are. */
  readonly userId: string | null;
  readonly role: Role | null;
  /** When the connection ends unless it signs in again before; null if it never does. */
  readonly expiresAt: string | null;
}

export interface TypingPayload {
  readonly consultationId: string;
  readonly isTyping: boolean;
}

export interface ClientToServerEvents {
  join_consultation: (
    payload: string | JoinConsultationPayload,
    ack?: AckCallback<JoinConsultationAnswer>,
  ) => void;
  leave_consultation: (
    payload: string | { readonly consultationId: string },
    ack?: AckCallback<{ readonly consultationId: string }>,
  ) => void;
  send_message: (payload: SendMessagePayload, ack?: AckCallback<SendMessageAnswer>) => void;
  get_messages: (payload: GetMessagesPayload, ack?: AckCallback<GetMessagesAnswer>) => void;
  mark_read: (
    payload: MarkReadPayload,
    ack?: AckCallback<{ readonly consultationId: string; readonly seq: number }>,
  ) => void;
  end_consultation: (
    payload: string | EndConsultationPayload,
    ack?: AckCallback<ConsultationChangedAnswer>,
  ) => void;
  extend_consultation: (
    payload: ExtendConsultationPayload,
    ack?: AckCallback<ConsultationChangedAnswer>,
  ) => void;
  watch_inbox: (payload: WatchInboxPayload, ack?: AckCallback<WatchInboxAnswer>) => void;
  unwatch_inbox: (payload?: Record<string, never>, ack?: AckCallback<object>) => void;
  authenticate: (payload: AuthenticatePayload, ack?: AckCallback<AuthenticateAnswer>) => void;
  typing: (payload: TypingPayload, ack?: AckCallback<{ readonly consultationId: string }>) => void;
}

export interface ServerToClientEvents {
  new_message: (message: Message) => void;
  doctor_ready: (notice: DoctorReady) => void;
  doctor_away: (notice: DoctorAway) => void;
  user_joined: (presence: Presence) => void;
  user_left: (presence: Presence) => void;
  typing: (typing: Typing) => void;
  messages_read: (read: MessagesRead) => void;
  consultation_head: (head: ConsultationHead) => void;
  inbox_updated: (updated: InboxUpdated) => void;
  consultation_updated: (consultation: Consultation) => void;
  error: (error: WireError) => void;
}

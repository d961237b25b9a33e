import type { Consultation, GetMessagesAnswer, Message, PresentPerson, Sender } from '../protocol/wire.js';
import type { DoctorAvailability, PresenceChange } from './consultation-snapshot.js';
import type { Unsubscribe } from './emitter.js';
import type { HistoryPage } from './history.js';
import type { OutgoingMessage, SentMessage } from './outbox.js';
import type { ReadSeq } from './read-marks.js';
import type { Joined } from './room.js';
import type { RoomState } from './room-state.js';
import type { Typist } from './typing.js';

/** One consultation, as one party or as an onlooker. Every `on…` returns the function that stops listening. */
export interface ConsultationChannel {
  readonly consultationId: string;
  readonly sender: Sender | null;
  readonly state: RoomState;
  /** The `seq` of the last message that was given to listeners; null before it is known where to begin. */
  readonly lastSeq: number | null;
  /** Null before the first join. */
  readonly consultation: Consultation | null;
  readonly doctor: DoctorAvailability;
  readonly present: readonly PresentPerson[];
  readonly typists: readonly Typist[];
  readonly readSeq: ReadSeq;
  /** What was written here and is not settled yet, oldest first. */
  readonly outbox: readonly OutgoingMessage[];

  /**
   * Enters the room, and enters again after each loss of the connection. A new channel does so by itself; after
   * `leave()` or a refusal, this tries again. Resolves once inside; rejects with a `ChatError` on a definite refusal,
   * on `leave` and on `close`.
   */
  join(): Promise<Joined>;
  /** Leaves the room; what waits to be sent is still sent. A later `join()` goes on behind the last message. */
  leave(): void;
  /**
   * Resolves when the message is stored for good; the promise may be ignored, because `onOutbox` tells the same.
   * Rejects with a `ChatError`: a definite refusal of the server (never stored), `client.outbox_full`, or
   * `client.closed` (it is unknown whether the message was stored).
   *
   * @param options.clientMessageId 1 to 64 characters; made here unless given. One that waits already, with the same
   * content, is the same message.
   */
  send(content: string, options?: { readonly clientMessageId?: string }): Promise<SentMessage>;
  /** A page of what was said; waits for the connection. Rejects with a `ChatError` when refused, closed or `client.busy`. */
  history(page?: HistoryPage): Promise<GetMessagesAnswer>;
  /** To be called on every key; `false` when the draft was cleared. Sending a message ends it, and so do 5 s without a call. */
  typing(isTyping: boolean): void;
  /**
   * Tells that everything up to `seq` was read: at most, and when left out, the last message that was given to
   * listeners.
   */
  markRead(seq?: number): void;
  /** Leaves, and ends every timer and promise. The storage keeps what was not settled. */
  close(): void;

  /** Each message once, in the order of `seq`, without gaps; own ones too. */
  onMessage(listener: (message: Message) => void): Unsubscribe;
  /**
   * The server's history is another, shorter one, as after a database was emptied: messages come again from the first.
   */
  onReset(listener: () => void): Unsubscribe;
  onState(listener: (state: RoomState) => void): Unsubscribe;
  /** Each step of each message that was written here, or was found in the storage. */
  onOutbox(listener: (message: OutgoingMessage) => void): Unsubscribe;
  onTyping(listener: (typists: readonly Typist[]) => void): Unsubscribe;
  onRead(listener: (readSeq: ReadSeq) => void): Unsubscribe;
  /** Confirmations too, not only changes. */
  onDoctor(listener: (doctor: DoctorAvailability) => void): Unsubscribe;
  onPresence(listener: (present: readonly PresentPerson[], change: PresenceChange) => void): Unsubscribe;
  onUpdated(listener: (consultation: Consultation) => void): Unsubscribe;
}

/** The channel, and how the client drives it. */
export interface DrivenChannel {
  readonly channel: ConsultationChannel;
  connected(): void;
  connectionLost(): void;
  /** Takes an event that the server sends about this consultation; events with unknown names are ignored. */
  heard(event: string, payload: object): void;
}

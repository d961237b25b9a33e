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
  /** The `seq` of the last message that was given to listeners; null until it is known where reading begins. */
  readonly lastSeq: number | null;
  /** Null before the first join. */
  readonly consultation: Consultation | null;
  readonly doctor: DoctorAvailability;
  readonly present: readonly PresentPerson[];
  readonly typists: readonly Typist[];
  readonly readSeq: ReadSeq;
  /** The messages that were written here and are not settled yet, oldest first. */
  readonly outbox: readonly OutgoingMessage[];

  /**
   * Enters the room, and enters it again after each loss of the connection. A new channel does so by itself; after
   * `leave()` or a refusal, this tries again. Resolves once inside. Rejects with a `ChatError` on a definite refusal,
   * on `leave` and on `close`.
   */
  join(): Promise<Joined>;
  /** Leaves the room. Messages that wait are still sent. A later `join()` goes on after the last message. */
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
  /**
   * Reads a page of earlier messages, and waits for the connection if need be. Rejects with a `ChatError`: a refusal of
   * the server, `client.closed`, or `client.busy`.
   */
  history(page?: HistoryPage): Promise<GetMessagesAnswer>;
  /**
   * Should be called on every key, and with `false` when the draft was cleared. Typing also ends by sending a
   * message, and after 5 s without a call.
   */
  typing(isTyping: boolean): void;
  /**
   * Reports that everything up to `seq` was read. `seq` counts as at most the last message that was given to
   * listeners, and as that one when left out.
   */
  markRead(seq?: number): void;
  /** Leaves the room, and ends every timer and promise. The storage keeps the messages that were not settled. */
  close(): void;

  /** Calls the listener with each message once, in the order of `seq`, without gaps; own messages, too. */
  onMessage(listener: (message: Message) => void): Unsubscribe;
  /**
   * Calls the listener when the server's history is another one, because its database has lost messages, or all of
   * them. All messages then come again from the first.
   */
  onReset(listener: () => void): Unsubscribe;
  onState(listener: (state: RoomState) => void): Unsubscribe;
  /** Calls the listener at each step of each message that was written here or was found in the storage. */
  onOutbox(listener: (message: OutgoingMessage) => void): Unsubscribe;
  onTyping(listener: (typists: readonly Typist[]) => void): Unsubscribe;
  onRead(listener: (readSeq: ReadSeq) => void): Unsubscribe;
  /** Calls the listener with every notice about the doctor, also with those that only confirm the last one. */
  onDoctor(listener: (doctor: DoctorAvailability) => void): Unsubscribe;
  onPresence(listener: (present: readonly PresentPerson[], change: PresenceChange) => void): Unsubscribe;
  onUpdated(listener: (consultation: Consultation) => void): Unsubscribe;
}

/** A channel, together with the functions by which the client drives it. */
export interface DrivenChannel {
  readonly channel: ConsultationChannel;
  connected(): void;
  connectionLost(): void;
  /** Handles an event that the server sends about this consultation. Events with unknown names are ignored. */
  heard(event: string, payload: object): void;
}

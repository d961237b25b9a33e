import type { Consultation, Sender } from '../protocol/wire.js';
import type { ConsultationChannel } from './channel.js';
import type { ConnectionState } from './connection-state.js';
import type { Token } from './credentials.js';
import type { Unsubscribe } from './emitter.js';
import type { Inbox, InboxOptions } from './inbox.js';
import type { From } from './reading-start.js';
import type { Traffic } from './traffic.js';

export interface ConsultationOptions {
  readonly sender?: Sender;
  /** The place where the first reading begins; `start` when left out. */
  readonly from?: From;
}

/** One connection to a chat server, and the consultations that go over it. */
export interface ChatClient {
  readonly url: string;
  readonly state: ConnectionState;
  /** Tries to connect now, and then keeps trying by itself. */
  connect(): void;
  /**
   * Goes on with this token of the same person. It is used on the present connection or, if there is none or nobody
   * can tell whose token it is, on a new one. If the token is refused on a connection, `onProblem` is called, and
   * that connection lasts as long as the token before. For somebody else, close this client and open another.
   */
  signIn(token: Token): void;
  /** Ends the connection until `connect()` or `signIn()`. Channels stay, with the messages that they have to send. */
  disconnect(): void;
  /**
   * Opens the channel of a consultation, which enters its room by itself. Listeners that are added at once miss
   * nothing. While the channel is open, asking for the same id returns it again, and throws if the `sender` differs.
   */
  consultation(consultationId: string, options?: ConsultationOptions): ConsultationChannel;
  /**
   * Opens the inbox: the user's own consultations, live. While it is open, asking again returns the same inbox, and
   * throws if the options differ.
   */
  inbox(options?: InboxOptions): Inbox;
  /**
   * Ends a consultation, as its doctor. Rejects with a `ChatError`: the server's refusal, or `client.closed` if the
   * connection was lost, so that nobody knows whether it took effect.
   */
  endConsultation(consultationId: string): Promise<Consultation>;
  /** Lets the consultation run until so many minutes from now. Rejects as `endConsultation` does. */
  extendConsultation(consultationId: string, durationMinutes: number): Promise<Consultation>;
  /** Closes every channel and the connection, for good. */
  close(): void;
  onState(listener: (state: ConnectionState) => void): Unsubscribe;
  /**
   * Calls the listener with failures that no promise reports: exceptions of listeners and of the token's function,
   * `error` events, a full storage.
   */
  onProblem(listener: (error: unknown) => void): Unsubscribe;
  /** Calls the listener with everything on the wire, for developers. This includes what people wrote. */
  onTraffic(listener: (traffic: Traffic) => void): Unsubscribe;
}

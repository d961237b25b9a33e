import type {
  Consultation,
  DoctorReady,
  JoinConsultationAnswer,
  Message,
  Presence,
  Sender,
  WireError,
} from '../protocol/wire.js';
import type { Failure } from './error-sentences.js';
import type { LoggedEvent } from './event-log.js';
import type { OutgoingMessage } from './timeline.js';

export type ConnectionPhase = 'offline' | 'connecting' | 'online' | 'reconnecting';

export interface JoinTarget {
  readonly consultationId: string;
  readonly sender: Sender;
}

/** Everything the page does over the network, and nothing of how. */
export interface ChatConnection {
  /**
   * Keeps trying until `disconnect`; does nothing while there is a connection. Once connected it enters the room that
   * was asked for, again after each loss.
   */
  connect(serverUrl: string): void;
  disconnect(): void;
  join(target: JoinTarget): void;
  leave(): void;
  /** Goes out now, or as soon as the room is entered. */
  send(content: string): void;
  /** The same message under the same id, so it cannot arrive twice. */
  retry(clientMessageId: string): void;
  /** Takes back a message that failed. */
  withdraw(clientMessageId: string): void;
}

export interface ChatConnectionListener {
  phaseChanged(phase: ConnectionPhase): void;
  /** An attempt to connect failed. Without a retry the connection is `offline` again. */
  unreachable(willRetry: boolean): void;
  /** In the room; what was missed follows through `messages`, then `caughtUp`. */
  joined(answer: JoinConsultationAnswer): void;
  caughtUp(): void;
  /** Back on the line, but the server cannot let us back in yet; this goes on until `joined` or `joinFailed`. */
  entryDelayed(): void;
  /** What was read before is no part of this conversation: it has fewer messages. */
  startedOver(): void;
  /** Not in the room, and not trying to be. */
  joinFailed(failure: Failure): void;
  left(): void;
  /** In any order, and perhaps more than once. */
  messages(messages: readonly Message[]): void;
  outgoingChanged(outgoing: OutgoingMessage): void;
  presence(change: 'joined' | 'left', presence: Presence): void;
  doctorReady(notice: DoctorReady): void;
  consultationUpdated(consultation: Consultation): void;
  /** An `error` event: a refusal that came without an acknowledgement. */
  refused(error: WireError): void;
  traffic(entry: LoggedEvent): void;
}

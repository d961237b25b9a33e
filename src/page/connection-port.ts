import type { DoctorAvailability, PresentPerson, ReadSeq, Typist } from '../client/index.js';
import type { Consultation, Message, Sender, WireError } from '../protocol/wire.js';
import type { ConnectionPhase } from '../room/connection-phase.js';
import type { Failure } from '../room/failure.js';
import type { MessageOrigin } from '../room/message-origin.js';
import type { OutgoingListener } from '../room/outgoing-messages.js';
import type { LoggedEvent } from './event-log.js';

export type JoinTarget = MessageOrigin;

/** Everything that the page does over the network, without saying how. */
export interface ChatConnection {
  /**
   * Connects, and keeps trying until `disconnect`, or until the server wants another token. Does nothing while it is
   * connected with this token. An empty token stands for none. Once connected, it enters the room that was asked for,
   * and enters again after each loss.
   */
  connect(serverUrl: string, token: string): void;
  disconnect(): void;
  join(target: JoinTarget): void;
  leave(): void;
  /** Sends a message now, or as soon as it can, until it is stored or refused. */
  send(content: string): void;
  /** Sends the same message again under the same id, so that it cannot arrive twice. */
  retry(clientMessageId: string): void;
  /** Takes back a message that failed. */
  withdraw(clientMessageId: string): void;
  /** Called when somebody is writing here, or has stopped. */
  typing(isTyping: boolean): void;
  /** Called when all that was shown has been read. */
  markRead(): void;
}

export interface ChatConnectionListener extends OutgoingListener {
  phaseChanged(phase: ConnectionPhase): void;
  /** An attempt to connect failed, or the server closed the connection. Without a retry the connection is `offline`. */
  unreachable(willRetry: boolean, refusal: WireError | null): void;
  /** The server does not accept this token, or no longer does. This comes after the phase `signed-out`. */
  signedOut(refusal: WireError): void;
  /** We are in the room. Missed messages follow through `messages`, and then comes `caughtUp`. */
  joined(consultation: Consultation): void;
  caughtUp(): void;
  /** The server cannot let us in yet. This lasts until `joined` or `joinFailed`. */
  entryDelayed(): void;
  /** The messages that were read before are no part of this conversation, which has fewer. */
  startedOver(): void;
  /** We are not in the room, and not trying to be. */
  joinFailed(failure: Failure): void;
  left(): void;
  /** In the order of `seq`. */
  messages(messages: readonly Message[]): void;
  /** Tells who is in the room now. `change` is null if nobody in particular has come or gone. */
  presence(
    present: readonly PresentPerson[],
    change: { readonly what: 'joined' | 'left'; readonly sender: Sender | null; readonly at: string } | null,
  ): void;
  doctorChanged(doctor: DoctorAvailability): void;
  consultationUpdated(consultation: Consultation): void;
  typing(typists: readonly Typist[]): void;
  /** How far each side has read. */
  read(readSeq: ReadSeq): void;
  /** A refusal that came without an acknowledgement. */
  refused(error: WireError): void;
  traffic(entry: LoggedEvent): void;
}

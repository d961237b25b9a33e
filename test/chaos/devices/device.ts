import type { Message, Sender } from '../../../src/protocol/wire.js';
import type { Outcome, SeenMessage, Send } from '../history.js';
import type { TcpProxy } from '../tcp-proxy.js';

export type SendOutcome = Send['outcome'];

/** One party's one client in one consultation. */
export interface ChaosDevice {
  readonly id: string;
  readonly consultationId: string;
  readonly sender: Sender;
  readonly client: 'raw' | 'library' | 'crowd';
  /** The network between this device and the server. */
  readonly proxy: TcpProxy;
  /** The `seq` of the last message that it showed. */
  shown(): number;
  /** Sends until the outcome is definite, under one id; unknown only when the device was closed before. */
  say(content: string, clientMessageId: string): Promise<SendOutcome>;
  /** Everything shown so far has been read. */
  markRead(): Promise<void>;
  /** Out of the room and in again. */
  leaveAndReturn(): Promise<void>;
  /** Its connection ends, and it comes back by itself. */
  reconnect(): void;
  /** Gives up what is still waiting to be sent, as unknown, and disconnects. */
  close(): Promise<void>;
}

export function seen(message: Message): SeenMessage {
  const { consultationId, seq, messageId, sender, content, sentAt, clientMessageId = null } = message;
  return { consultationId, seq, messageId, sender, content, sentAt, clientMessageId };
}

/** Refusals of the attempt, not of the message: a client tries again. */
export function isPassing(code: string): boolean {
  return code === 'rate.limited' || code.startsWith('server.');
}

/** `server.error` promises nothing: the message may be stored all the same. */
export function refusedAs(code: string): Exclude<Outcome<object>, { type: 'ok' }> {
  return code === 'server.error' ? { type: 'unknown', reason: code } : { type: 'refused', code };
}

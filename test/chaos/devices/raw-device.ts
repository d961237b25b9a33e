import type { Sender, SendMessageAnswer } from '../../../src/protocol/wire.js';
import type { Mark, Recorder } from '../history.js';
import type { TcpProxy } from '../tcp-proxy.js';
import { type ChaosDevice, isPassing, refusedAs, type SendOutcome } from './device.js';
import { type Answered, openRawConnection } from './raw-connection.js';
import { createRawReader } from './raw-reader.js';

const PAGE = 200;
const RETRY_PAUSE_MS = 300;
/** Further than any conversation gets. */
const BEYOND = 1_000_000;

export interface RawDeviceOptions {
  readonly id: string;
  readonly consultationId: string;
  readonly sender: Sender;
  readonly client: 'raw' | 'crowd';
  readonly token: string;
  /** Where its reading begins. */
  readonly after: number;
  readonly transports: readonly ('websocket' | 'polling')[];
  readonly proxy: TcpProxy;
  readonly recorder: Recorder;
}

/** A client written against the wire contract alone: what `docs/protocol.md` asks of clients, and nothing more. */
export interface RawDevice extends ChaosDevice {
  /** As the server's log names its connection; undefined while there is none. */
  connectionId(): string | undefined;
  /** Resolves when it is inside and has everything that it knows of. */
  inside(): Promise<void>;
  /** One attempt, whatever becomes of it. */
  attempt(content: string, clientMessageId: string | null): Promise<SendOutcome>;
  /** A mark that no honest client sets. */
  markBeyond(): Promise<void>;
  /** Reads old messages once more. */
  lookBack(): Promise<void>;
  /** Asks for so many pages at once, and does not wait for any. */
  askForPages(count: number): void;
}

export function createRawDevice(options: RawDeviceOptions): RawDevice {
  const { id, consultationId, sender, client, recorder, proxy } = options;
  const connection = openRawConnection(proxy.url, options.token, options.transports);
  const { socket, ask, connected, pause } = connection;
  const reader = createRawReader(connection, options);

  async function attempt(content: string, clientMessageId: string | null): Promise<SendOutcome> {
    if (!(await connected())) return { type: 'unknown', reason: 'closed' };
    const invokedAt = recorder.now();
    const named = clientMessageId === null ? {} : { clientMessageId };
    const message = { consultationId, sender, content };
    const outcome = sendOutcome(await ask<SendMessageAnswer>('send_message', { ...message, ...named }));
    const settledAt = recorder.now();
    recorder.send({ device: id, ...message, clientMessageId, invokedAt, settledAt, outcome });
    return outcome;
  }

  async function say(content: string, clientMessageId: string): Promise<SendOutcome> {
    for (;;) {
      const outcome = await attempt(content, clientMessageId);
      const isDefinite = outcome.type === 'ok' || (outcome.type === 'refused' && !isPassing(outcome.code));
      if (isDefinite || connection.isClosed) return outcome;
      await pause(RETRY_PAUSE_MS);
    }
  }

  async function mark(seq: number): Promise<void> {
    if (!(await connected())) return;
    const invokedAt = recorder.now();
    const outcome = markOutcome(await ask<{ seq: number }>('mark_read', { consultationId, seq, sender }));
    const settledAt = recorder.now();
    recorder.mark({ device: id, consultationId, reader: sender, seq, invokedAt, settledAt, outcome });
  }

  return {
    id,
    consultationId,
    sender,
    client,
    proxy,
    connectionId: () => socket.id,
    shown: reader.shown,
    inside: reader.inside,
    leaveAndReturn: reader.leaveAndReturn,
    lookBack: reader.lookBack,
    attempt,
    say,
    markRead: async () => {
      if (reader.shown() > 0) await mark(reader.shown());
    },
    markBeyond: () => mark(reader.head() + BEYOND),
    askForPages: (count) => {
      if (!socket.connected) return;
      for (let asked = 0; asked < count; asked += 1) {
        socket.emit('get_messages', { consultationId, limit: PAGE }, () => {});
      }
    },
    reconnect: connection.reconnect,
    close: async () => connection.close(),
  };
}

export function sendOutcome(answer: Answered<SendMessageAnswer>): SendOutcome {
  if (answer === null) return { type: 'unknown', reason: 'no answer' };
  if (!answer.ok) return refusedAs(answer.error.code);
  const { messageId, seq, sentAt, duplicate = false } = answer;
  return { type: 'ok', messageId, seq, sentAt, duplicate };
}

function markOutcome(answer: Answered<{ readonly seq: number }>): Mark['outcome'] {
  if (answer === null) return { type: 'unknown', reason: 'no answer' };
  return answer.ok ? { type: 'ok', seq: answer.seq } : refusedAs(answer.error.code);
}

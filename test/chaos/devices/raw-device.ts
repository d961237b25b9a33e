import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type {
  Ack,
  ClientToServerEvents,
  GetMessagesAnswer,
  JoinConsultationAnswer,
  Message,
  Sender,
  SendMessageAnswer,
  ServerToClientEvents,
} from '../../../src/protocol/wire.js';
import type { Outcome, Recorder } from '../history.js';
import type { TcpProxy } from '../tcp-proxy.js';
import { type ChaosDevice, isPassing, refusedAs, type SendOutcome, seen } from './device.js';

/** Silence after which a connection counts as broken; the server promises an answer within 5 s. */
const ANSWER_WAIT_MS = 8_000;
const PAGE = 200;
const RETRY_PAUSE_MS = 300;

export interface RawDeviceOptions {
  readonly id: string;
  readonly consultationId: string;
  readonly sender: Sender;
  readonly client: 'raw' | 'crowd';
  /** Where its reading begins. */
  readonly after: number;
  readonly transports: readonly ('websocket' | 'polling')[];
  readonly proxy: TcpProxy;
  readonly recorder: Recorder;
}

/** A client written against the wire contract alone: what `docs/protocol.md` asks of clients, and nothing more. */
export interface RawDevice extends ChaosDevice {
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

type Answered<Success> = Ack<Success> | null;

export function createRawDevice(options: RawDeviceOptions): RawDevice {
  const { id, consultationId, sender, recorder, proxy } = options;
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(proxy.url, {
    forceNew: true,
    transports: [...options.transports],
    reconnectionDelay: 100,
    reconnectionDelayMax: 1_000,
    timeout: ANSWER_WAIT_MS,
  });
  let connection = 0;
  let shown = options.after;
  let head = options.after;
  let isInside = false;
  let isReading = false;
  let isClosed = false;
  let wantsInside = true;
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);

  /** Waits, or less when the device is closed. */
  const pause = (ms: number): Promise<void> =>
    delay(ms, undefined, { signal: closing.signal }).catch(() => {});

  /** @returns null when no answer came; the connection is given up then. */
  async function ask<Success>(
    event: keyof ClientToServerEvents,
    payload: unknown,
  ): Promise<Answered<Success>> {
    const asked = connection;
    try {
      return (await socket.timeout(ANSWER_WAIT_MS).emitWithAck(event, payload as never)) as Ack<Success>;
    } catch {
      if (asked === connection && socket.connected) reconnect();
      return null;
    }
  }

  function reconnect(): void {
    if (isClosed) return;
    socket.disconnect();
    socket.connect();
  }

  async function connected(): Promise<boolean> {
    while (!socket.connected && !isClosed) {
      await Promise.race([
        new Promise<void>((resolve) => socket.once('connect', () => resolve())),
        pause(1_000),
      ]);
    }
    return !isClosed;
  }

  function take(message: Message, via: 'live' | 'page'): void {
    const known = recorder.intern(seen(message));
    const at = recorder.now();
    recorder.delivery({ device: id, connection, at, via, message: known });
    head = Math.max(head, known.seq);
    if (known.seq !== shown + 1) return;
    shown = known.seq;
    recorder.applied({ device: id, at, message: known });
  }

  async function look<Success extends GetMessagesAnswer | JoinConsultationAnswer>(
    event: 'join_consultation' | 'get_messages',
    payload: object,
  ): Promise<Answered<Success>> {
    const invokedAt = recorder.now();
    const answer = await ask<Success>(event, { consultationId, ...payload });
    const outcome = lookOutcome(answer);
    recorder.look({ device: id, consultationId, invokedAt, settledAt: recorder.now(), outcome });
    return answer;
  }

  async function enter(): Promise<void> {
    const mine = connection;
    while (mine === connection && socket.connected && wantsInside && !isClosed) {
      const answer = await look<JoinConsultationAnswer>('join_consultation', { after: shown, sender });
      if (mine !== connection) return;
      if (answer?.ok === true) {
        head = Math.max(head, answer.headSeq);
        for (const message of answer.messages) take(message, 'page');
        isInside = true;
        void readOn();
        return;
      }
      await pause(answer?.error.retryAfterMs ?? RETRY_PAUSE_MS);
    }
  }

  /** Asks for what is missing until nothing is. */
  async function readOn(): Promise<void> {
    if (isReading) return;
    isReading = true;
    while (isInside && shown < head && socket.connected && !isClosed) {
      const answer = await look<GetMessagesAnswer>('get_messages', { after: shown, limit: PAGE });
      if (answer?.ok === true) {
        head = Math.max(head, answer.headSeq);
        for (const message of answer.messages) take(message, 'page');
      } else await pause(RETRY_PAUSE_MS);
    }
    isReading = false;
  }

  socket.on('connect', () => {
    connection += 1;
    isInside = false;
    if (wantsInside) void enter();
  });
  socket.on('disconnect', (reason) => {
    isInside = false;
    // Socket.IO does not come back by itself from a connection that the server ended on purpose.
    if (reason === 'io server disconnect' && !isClosed) socket.connect();
  });
  socket.on('new_message', (message) => {
    take(message, 'live');
    if (shown < head) void readOn();
  });
  socket.on('consultation_head', ({ seq }) => {
    head = Math.max(head, seq);
    if (shown < head) void readOn();
  });
  socket.on('messages_read', ({ reader, seq, consultationId: of }) => {
    recorder.readNotice({ device: id, connection, at: recorder.now(), consultationId: of, reader, seq });
  });

  async function attempt(content: string, clientMessageId: string | null): Promise<SendOutcome> {
    if (!(await connected())) return { type: 'unknown', reason: 'closed' };
    const invokedAt = recorder.now();
    const named = clientMessageId === null ? {} : { clientMessageId };
    const payload = { consultationId, sender, content, ...named };
    const outcome = sendOutcome(await ask<SendMessageAnswer>('send_message', payload));
    const settledAt = recorder.now();
    recorder.send({
      device: id,
      consultationId,
      sender,
      clientMessageId,
      content,
      invokedAt,
      settledAt,
      outcome,
    });
    return outcome;
  }

  async function mark(seq: number): Promise<void> {
    if (!(await connected())) return;
    const invokedAt = recorder.now();
    const answer = await ask<{ seq: number }>('mark_read', { consultationId, seq, sender });
    const outcome = outcomeOf(answer, ({ seq: marked }) => ({ type: 'ok' as const, seq: marked }));
    recorder.mark({
      device: id,
      consultationId,
      reader: sender,
      seq,
      invokedAt,
      settledAt: recorder.now(),
      outcome,
    });
  }

  return {
    ...options,
    shown: () => shown,
    inside: async () => {
      while (!isClosed && !(isInside && shown >= head)) await pause(20);
    },
    attempt,
    say: async (content, clientMessageId) => {
      for (;;) {
        const outcome = await attempt(content, clientMessageId);
        const isDefinite = outcome.type === 'ok' || (outcome.type === 'refused' && !isPassing(outcome.code));
        if (isDefinite || isClosed) return outcome;
        await pause(RETRY_PAUSE_MS);
      }
    },
    markRead: () => (shown === 0 ? Promise.resolve() : mark(shown)),
    markBeyond: () => mark(head + 1_000_000),
    leaveAndReturn: async () => {
      wantsInside = false;
      isInside = false;
      if (socket.connected) await ask('leave_consultation', { consultationId });
      wantsInside = true;
      await enter();
    },
    lookBack: async () => {
      if (!socket.connected) return;
      const answer = await look<GetMessagesAnswer>('get_messages', { before: shown + 1, limit: 20 });
      if (answer?.ok !== true) return;
      const at = recorder.now();
      for (const message of answer.messages) {
        recorder.delivery({
          device: id,
          connection,
          at,
          via: 'page',
          message: recorder.intern(seen(message)),
        });
      }
    },
    askForPages: (count) => {
      if (!socket.connected) return;
      for (let asked = 0; asked < count; asked += 1) {
        socket.emit('get_messages', { consultationId, limit: PAGE }, () => {});
      }
    },
    reconnect,
    close: async () => {
      isClosed = true;
      closing.abort();
      socket.disconnect();
    },
  };
}

function outcomeOf<Success, Ok>(answer: Answered<Success>, ok: (success: Success) => Ok) {
  if (answer === null) return { type: 'unknown' as const, reason: 'no answer' };
  return answer.ok ? ok(answer) : refusedAs(answer.error.code);
}

function sendOutcome(answer: Answered<SendMessageAnswer>): SendOutcome {
  return outcomeOf(answer, ({ messageId, seq, sentAt, duplicate = false }) => {
    return { type: 'ok' as const, messageId, seq, sentAt, duplicate };
  });
}

function lookOutcome(
  answer: Answered<GetMessagesAnswer | JoinConsultationAnswer>,
): Outcome<{ headSeq: number; readSeq: Readonly<Record<Sender, number>> | null }> {
  return outcomeOf(answer, (success) => ({
    type: 'ok' as const,
    headSeq: success.headSeq,
    readSeq: 'consultation' in success ? success.consultation.readSeq : null,
  }));
}

import type {
  GetMessagesAnswer,
  JoinConsultationAnswer,
  Message,
  Sender,
} from '../../../src/protocol/wire.js';
import type { Look, Recorder } from '../history.js';
import { refusedAs, seen } from './device.js';
import type { Answered, RawConnection } from './raw-connection.js';

const PAGE = 200;
const LOOK_BACK = 20;
const RETRY_PAUSE_MS = 300;

export interface RawReaderOptions {
  readonly id: string;
  readonly consultationId: string;
  readonly sender: Sender;
  readonly after: number;
  readonly recorder: Recorder;
}

/** Being in a room and missing nothing: joins with what it has, and asks wherever it sees a gap. */
export interface RawReader {
  /** The `seq` of the last message that it showed. */
  shown(): number;
  /** The highest `seq` that it has heard of. */
  head(): number;
  /** Resolves when it is inside and has everything that it knows of. */
  inside(): Promise<void>;
  leaveAndReturn(): Promise<void>;
  lookBack(): Promise<void>;
}

export function createRawReader(connection: RawConnection, options: RawReaderOptions): RawReader {
  const { id, consultationId, sender, recorder } = options;
  const { socket, ask, pause } = connection;
  let shown = options.after;
  let head = options.after;
  let isInside = false;
  let isReading = false;
  let wantsInside = true;

  function receive(message: Message, via: 'live' | 'page'): void {
    const known = recorder.intern(seen(message));
    const at = recorder.now();
    recorder.delivery({ device: id, connection: connection.number, at, via, message: known });
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
    const settledAt = recorder.now();
    recorder.look({ device: id, consultationId, invokedAt, settledAt, outcome: lookOutcome(answer) });
    if (answer?.ok === true) {
      head = Math.max(head, answer.headSeq);
      for (const message of answer.messages) receive(message, 'page');
    }
    return answer;
  }

  async function enter(): Promise<void> {
    const mine = connection.number;
    while (mine === connection.number && socket.connected && wantsInside) {
      const answer = await look<JoinConsultationAnswer>('join_consultation', { after: shown, sender });
      if (mine !== connection.number) return;
      if (answer?.ok === true) {
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
    while (isInside && shown < head && socket.connected) {
      const answer = await look<GetMessagesAnswer>('get_messages', { after: shown, limit: PAGE });
      if (answer?.ok !== true) await pause(RETRY_PAUSE_MS);
    }
    isReading = false;
  }

  function learnHead(seq: number): void {
    head = Math.max(head, seq);
    if (shown < head) void readOn();
  }

  socket.on('connect', () => {
    isInside = false;
    if (wantsInside) void enter();
  });
  socket.on('disconnect', () => {
    isInside = false;
  });
  socket.on('new_message', (message) => {
    receive(message, 'live');
    learnHead(message.seq);
  });
  socket.on('consultation_head', ({ seq }) => learnHead(seq));
  socket.on('messages_read', ({ reader, seq, consultationId: of }) => {
    const { number } = connection;
    recorder.readNotice({
      device: id,
      connection: number,
      at: recorder.now(),
      consultationId: of,
      reader,
      seq,
    });
  });

  return {
    shown: () => shown,
    head: () => head,
    inside: async () => {
      while (!connection.isClosed && !(isInside && shown >= head)) await pause(20);
    },
    leaveAndReturn: async () => {
      wantsInside = false;
      isInside = false;
      if (socket.connected) await ask('leave_consultation', { consultationId });
      wantsInside = true;
      await enter();
    },
    lookBack: async () => {
      if (socket.connected) await look('get_messages', { before: shown + 1, limit: LOOK_BACK });
    },
  };
}

function lookOutcome(answer: Answered<GetMessagesAnswer | JoinConsultationAnswer>): Look['outcome'] {
  if (answer === null) return { type: 'unknown', reason: 'no answer' };
  if (!answer.ok) return refusedAs(answer.error.code);
  const readSeq = 'consultation' in answer ? answer.consultation.readSeq : null;
  return { type: 'ok', headSeq: answer.headSeq, readSeq };
}

import type { Sender } from '../../src/protocol/wire.js';
import {
  createRecorder,
  type Device,
  type FinalLog,
  type History,
  type ReadEvent,
  type SeenMessage,
} from './history.js';

/** One turn in the life of a perfect chat; numbers choose among what there is. */
export type Turn =
  | { readonly type: 'send'; readonly device: number; readonly content: string; readonly fate: Fate }
  | { readonly type: 'repeat'; readonly device: number; readonly message: number }
  | { readonly type: 'deliver'; readonly device: number; readonly via: 'live' | 'page' }
  | { readonly type: 'reconnect'; readonly device: number }
  | { readonly type: 'mark'; readonly device: number; readonly back: number };

/** `lost` is sent, not stored, and never answered; `unanswered` is stored. */
export type Fate = 'ok' | 'no-id' | 'refused' | 'lost' | 'unanswered';

export interface Clean {
  readonly history: History;
  readonly log: FinalLog;
}

interface Simulated extends Device {
  connection: number;
  shown: number;
  live: number;
}

const CONSULTATIONS = ['c-1', 'c-2'];
const DEVICES_OF_A_PARTY = 2;

/** What a server without a fault leaves behind: the checker must find nothing in it. */
export function playCleanly(turns: readonly Turn[]): Clean {
  const recorder = createRecorder();
  const devices = simulatedDevices();
  const rows = new Map<string, SeenMessage[]>(CONSULTATIONS.map((id) => [id, []]));
  const readEvents: ReadEvent[] = [];
  const readSeq = new Map(CONSULTATIONS.map((id) => [id, { user: 0, doctor: 0 }]));
  let clock = 0;
  let ids = 0;
  const tick = (): number => {
    clock += 1;
    return clock;
  };
  const rowsOf = (id: string): SeenMessage[] => rows.get(id) ?? [];
  const deviceAt = (index: number): Simulated => devices[index % devices.length] ?? failWith('no devices');

  function send(device: Simulated, text: string, fate: Fate): void {
    ids += 1;
    const { consultationId, sender } = device;
    const content = `${ids} ${text}`;
    const clientMessageId = fate === 'no-id' ? null : `m-${ids}`;
    const attempt = {
      device: device.id,
      consultationId,
      sender,
      clientMessageId,
      content,
      invokedAt: tick(),
    };
    if (fate === 'refused') {
      const outcome = { type: 'refused', code: 'consultation.expired' } as const;
      recorder.send({ ...attempt, outcome, settledAt: tick() });
      return;
    }
    if (fate === 'lost') {
      recorder.send({ ...attempt, outcome: { type: 'unknown', reason: 'cut' }, settledAt: tick() });
      return;
    }
    const messageId = `id-${ids}`;
    const seq = rowsOf(consultationId).length + 1;
    const sentAt = new Date(tick()).toISOString();
    rowsOf(consultationId).push({ consultationId, seq, messageId, sender, content, sentAt, clientMessageId });
    const ok = { type: 'ok', messageId, seq, sentAt, duplicate: false } as const;
    const unknown = { type: 'unknown', reason: 'cut' } as const;
    recorder.send({ ...attempt, outcome: fate === 'unanswered' ? unknown : ok, settledAt: tick() });
  }

  function repeat(device: Simulated, index: number): void {
    const own = rowsOf(device.consultationId).filter(
      ({ sender, clientMessageId }) => sender === device.sender && clientMessageId !== null,
    );
    const row = own[index % own.length];
    if (row === undefined) return;
    const { consultationId, sender, clientMessageId, content, messageId, seq, sentAt } = row;
    const attempt = { device: device.id, consultationId, sender, clientMessageId, invokedAt: tick() };
    const outcome = { type: 'ok', messageId, seq, sentAt, duplicate: true } as const;
    recorder.send({ ...attempt, content, outcome, settledAt: tick() });
    const conflict = { type: 'refused', code: 'message.id_conflict' } as const;
    recorder.send({ ...attempt, content: `not ${content}`, outcome: conflict, settledAt: tick() });
  }

  function deliver(device: Simulated, via: 'live' | 'page'): void {
    const message = rowsOf(device.consultationId)[device.shown];
    if (message === undefined) return;
    const { id, connection } = device;
    const at = tick();
    if (via === 'page' || device.live < message.seq) {
      recorder.delivery({ device: id, connection, at, via, message });
      if (via === 'live') device.live = message.seq;
    }
    recorder.applied({ device: id, at, message });
    device.shown = message.seq;
  }

  function look(device: Simulated): void {
    const { id, consultationId } = device;
    const invokedAt = tick();
    const readSeqNow = { ...(readSeq.get(consultationId) ?? failWith('no marks')) };
    const outcome = { type: 'ok', headSeq: rowsOf(consultationId).length, readSeq: readSeqNow } as const;
    recorder.look({ device: id, consultationId, invokedAt, settledAt: tick(), outcome });
  }

  function mark(device: Simulated, back: number): void {
    const { id, consultationId, sender: reader } = device;
    const seq = device.shown - (back % (device.shown + 1));
    const marks = readSeq.get(consultationId) ?? failWith('no marks');
    const invokedAt = tick();
    if (seq > marks[reader]) {
      marks[reader] = seq;
      readEvents.push({ consultationId, version: readEvents.length + 1, reader, seq });
      for (const listener of devices.filter((other) => other.consultationId === consultationId)) {
        const { id: heardBy, connection } = listener;
        recorder.readNotice({ device: heardBy, connection, at: tick(), consultationId, reader, seq });
      }
    }
    const outcome = { type: 'ok', seq: marks[reader] } as const;
    recorder.mark({ device: id, consultationId, reader, seq, invokedAt, settledAt: tick(), outcome });
  }

  for (const turn of turns) {
    const device = deviceAt(turn.device);
    if (turn.type === 'send') send(device, turn.content, turn.fate);
    else if (turn.type === 'repeat') repeat(device, turn.message);
    else if (turn.type === 'deliver') deliver(device, turn.via);
    else if (turn.type === 'mark') mark(device, turn.back);
    else {
      device.connection += 1;
      device.live = 0;
      look(device);
    }
  }
  for (const device of devices) {
    while (device.shown < rowsOf(device.consultationId).length) deliver(device, 'page');
    const { connection, shown, live, ...known } = device;
    recorder.device(known);
  }
  const all = [...rows.values()].flat();
  const inboxes = devices.map(({ id, consultationId, sender }) => {
    const messages = rowsOf(consultationId);
    const own = readSeq.get(consultationId)?.[sender] ?? 0;
    const unread = messages.filter((one) => one.sender !== sender && one.seq > own).length;
    return {
      watcher: id,
      consultationId,
      sender,
      counts: { headSeq: messages.length, readSeq: own, unread },
    };
  });
  return {
    history: recorder.history(),
    log: { served: [all, all], rows: all, events: all, readEvents, readSeq, inboxes },
  };
}

function simulatedDevices(): Simulated[] {
  const senders: readonly Sender[] = ['user', 'doctor'];
  return CONSULTATIONS.flatMap((consultationId) =>
    senders.flatMap((sender) =>
      Array.from({ length: DEVICES_OF_A_PARTY }, (_, index) => ({
        id: `${consultationId}-${sender}-${index}`,
        consultationId,
        sender,
        client: 'raw' as const,
        startsAfter: 0,
        stayed: true,
        connection: 1,
        shown: 0,
        live: 0,
      })),
    ),
  );
}

function failWith(message: string): never {
  throw new Error(message);
}

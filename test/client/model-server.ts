import type { DrivenChannel } from '../../src/client/channel.js';
import type { Answers, RequestEvent, Transport } from '../../src/client/transport.js';
import type { Ack, Consultation, Message, SendMessagePayload, WireError } from '../../src/protocol/wire.js';
import type { VirtualEnvironment } from './virtual-environment.js';

/** How often things go wrong, each from 0 to 1, and how long they take (ms). */
export interface Faults {
  /** A live event is lost, comes twice, or is late by up to `latencyMs` besides. */
  readonly loseEvent: number;
  readonly repeatEvent: number;
  readonly lateEvent: number;
  /** A send is put off with nothing stored, fails with or without having been stored, or is definitely refused. */
  readonly putOff: number;
  readonly fail: number;
  readonly refuse: number;
  /** A join or a page fails. */
  readonly failRead: number;
  readonly latencyMs: number;
}

export const NO_FAULTS: Faults = {
  loseEvent: 0,
  repeatEvent: 0,
  lateEvent: 0,
  putOff: 0,
  fail: 0,
  refuse: 0,
  failRead: 0,
  latencyMs: 20,
};

export interface ModelTransport extends Transport {
  connect(): void;
  /** What was on the way may still arrive, the first of it only: a connection keeps its order. */
  drop(): void;
}

/** What a server promises, and nothing else of it: one log, ids that count once, and connections that lose what they can. */
export interface ModelServer {
  readonly log: readonly Message[];
  faults: Faults;
  /** Sends that were definitely refused, by id. */
  readonly refused: ReadonlySet<string>;
  transport(channel: () => DrivenChannel | null): ModelTransport;
  /** Tells every connection in the room how far the log goes. */
  tellHead(): void;
  store(content: string): void;
  forgetEverything(): void;
}

const consultationId = 'consultation-1';
const user = { id: 'patient-1', name: 'Mx Patient' };
const doctor = { id: 'doctor-1', name: 'Dr Doctor' };
const consultation: Consultation = {
  consultationId,
  isActive: true,
  status: 'open',
  expiresAt: '2026-03-03T10:00:00.000Z',
  user,
  doctor,
  readSeq: { user: 0, doctor: 0 },
};

type Given = Ack<Partial<Answers[RequestEvent]>> | undefined;

interface ModelConnection {
  isUp: boolean;
  isInRoom: boolean;
  /** Requests on the way to the server, oldest first. */
  readonly onTheWay: (() => void)[];
  /** Resolves what has no answer yet. */
  readonly waiting: Set<(given: Given) => void>;
  readonly tell: (event: 'new_message' | 'consultation_head', payload: unknown) => void;
}

export function createModelServer(environment: VirtualEnvironment): ModelServer {
  const { random } = environment;
  const log: Message[] = [];
  const byKey = new Map<string, Message>();
  const refused = new Set<string>();
  const connections = new Set<ModelConnection>();
  let faults = NO_FAULTS;
  const happens = (probability: number): boolean => random() < probability;
  const soon = (run: () => void): void => {
    environment.setTimeout(run, Math.floor(random() * faults.latencyMs));
  };

  function tellRoom(event: 'new_message' | 'consultation_head', payload: unknown): void {
    for (const connection of connections)
      if (connection.isInRoom && !happens(faults.loseEvent)) tellConnection(connection, event, payload);
  }

  function tellConnection(
    connection: ModelConnection,
    event: 'new_message' | 'consultation_head',
    payload: unknown,
  ): void {
    for (let times = happens(faults.repeatEvent) ? 2 : 1; times > 0; times -= 1) {
      const late = happens(faults.lateEvent) ? Math.floor(random() * faults.latencyMs) : 0;
      environment.setTimeout(() => connection.tell(event, payload), 5 + late);
    }
  }

  function append(payload: SendMessagePayload): Message {
    const { sender, content, clientMessageId } = payload;
    const seq = log.length + 1;
    const sentAt = new Date(environment.now()).toISOString();
    const own = clientMessageId === undefined ? {} : { clientMessageId };
    const message = {
      messageId: `message-${seq}`,
      consultationId,
      sender,
      content: content.trim(),
      sentAt,
      user,
      doctor,
      seq,
      ...own,
    };
    log.push(message);
    if (clientMessageId !== undefined) byKey.set(`${sender} ${clientMessageId}`, message);
    tellRoom('new_message', message);
    return message;
  }

  function send(payload: SendMessagePayload): Ack<Answers['send_message']> {
    const { sender, clientMessageId = '' } = payload;
    if (happens(faults.putOff))
      return no('server.overloaded', { retryAfterMs: Math.floor(random() * 2_000) });
    const known = byKey.get(`${sender} ${clientMessageId}`);
    if (known === undefined && (refused.has(clientMessageId) || happens(faults.refuse))) {
      refused.add(clientMessageId);
      return no('doctor.unavailable', { nextOpeningAt: null });
    }
    if (happens(faults.fail / 2)) return no('server.error');
    const message = known ?? append(payload);
    if (happens(faults.fail / 2)) return no('server.error');
    const { messageId, seq, sentAt } = message;
    return { ok: true, messageId, seq, sentAt, ...(known === undefined ? {} : { duplicate: true }) };
  }

  function answer(connection: ModelConnection, event: RequestEvent, payload: never): Given {
    if (event === 'send_message') return send(payload);
    if (happens(faults.failRead)) return no('server.error');
    const { after, limit = 200 } = payload as { after?: number; limit?: number };
    const messages = after === undefined ? [] : log.slice(after, after + limit);
    if (event === 'join_consultation') {
      connection.isInRoom = connection.isUp;
      const doctorState = { open: true, nextOpeningAt: null, timeZone: 'UTC', noticeIntervalMs: 60_000 };
      const now = '2026-03-02T10:00:00.000Z';
      return { ok: true, consultation, doctor: doctorState, now, headSeq: log.length, messages, present: [] };
    }
    if (event === 'leave_consultation') connection.isInRoom = false;
    if (event !== 'get_messages') return { ok: true };
    return { ok: true, messages, headSeq: log.length, hasMore: (after ?? 0) + messages.length < log.length };
  }

  function open(channel: () => DrivenChannel | null): ModelConnection {
    const connection: ModelConnection = {
      isUp: true,
      isInRoom: false,
      onTheWay: [],
      waiting: new Set(),
      tell: (event, payload) => {
        if (connection.isUp) channel()?.heard(event, payload as never);
      },
    };
    connections.add(connection);
    return connection;
  }

  function ask(connection: ModelConnection, event: RequestEvent, payload: never): Promise<Given> {
    return new Promise((resolve) => {
      const settle = (given: Given): void => {
        if (connection.waiting.delete(settle)) resolve(given);
      };
      connection.waiting.add(settle);
      connection.onTheWay.push(() => {
        const given = answer(connection, event, payload);
        soon(() => settle(given));
      });
      soon(() => connection.onTheWay.shift()?.());
    });
  }

  function cut(connection: ModelConnection): readonly (() => void)[] {
    connection.isUp = false;
    connection.isInRoom = false;
    connections.delete(connection);
    const onTheWay = connection.onTheWay.splice(0);
    const arriving = onTheWay.slice(0, Math.floor(random() * (onTheWay.length + 1)));
    soon(() => {
      for (const arrive of arriving) arrive();
    });
    return [...connection.waiting].map((settle) => () => settle(undefined));
  }

  function transport(channel: () => DrivenChannel | null): ModelTransport {
    let connection: ModelConnection | null = null;
    return {
      isUp: () => connection !== null,
      wake: () => undefined,
      request: (event, payload) =>
        (connection === null
          ? Promise.resolve(undefined)
          : ask(connection, event, payload as never)) as never,
      connect: () => {
        if (connection !== null) return;
        connection = open(channel);
        channel()?.connected();
      },
      drop: () => {
        if (connection === null) return;
        const lost = connection;
        connection = null;
        const resolveLost = cut(lost);
        channel()?.connectionLost();
        for (const resolve of resolveLost) resolve();
      },
    };
  }

  return {
    log,
    refused,
    get faults() {
      return faults;
    },
    set faults(next) {
      faults = next;
    },
    transport,
    tellHead: () => tellRoom('consultation_head', { consultationId, seq: log.length }),
    store: (content) => void append({ consultationId, sender: 'doctor', content }),
    forgetEverything: () => {
      log.length = 0;
      byKey.clear();
    },
  };
}

function no(code: WireError['code'], more: Partial<WireError> = {}): { ok: false; error: WireError } {
  return { ok: false, error: { code, message: 'No.', ...more } };
}

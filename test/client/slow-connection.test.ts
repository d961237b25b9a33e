import { describe, expect, it } from 'vitest';
import { withinBudget } from '../../src/application/lookup/page-budget.js';
import type { DrivenChannel } from '../../src/client/channel.js';
import type { ClientSocket } from '../../src/client/client-socket.js';
import { createConnection } from '../../src/client/connection.js';
import { openChannel } from '../../src/client/open-channel.js';
import { createMemoryStorage } from '../../src/client/outbox-storage.js';
import type { Message } from '../../src/protocol/wire.js';
import { createVirtualEnvironment, type VirtualEnvironment } from './virtual-environment.js';

const KIB = 1024;
const user = { id: 'patient-1', name: 'Mx Patient' };
const doctor = { id: 'doctor-1', name: 'Dr Doctor' };

/** 200 of them have the 3.25 MB of 4,000 emoji each. */
function historyOf(consultationId: string, count: number): Message[] {
  return Array.from({ length: count }, (_, index) => ({
    messageId: `message-${index + 1}`,
    consultationId,
    sender: 'doctor',
    content: '🎉'.repeat(4_000),
    sentAt: '2026-03-02T10:00:00.000Z',
    user,
    doctor,
    seq: index + 1,
  }));
}

/** A page as the server gives it: to the limit, or to its budget of bytes. */
function pageOf(history: readonly Message[], after: number, limit: number): readonly Message[] {
  const found = history.slice(after, after + limit).map((message) => ({
    ...message,
    sentAt: Date.parse(message.sentAt),
    clientMessageId: null,
    patient: message.user,
  }));
  return history.slice(after, after + withinBudget(found, 'first').length);
}

interface Asked {
  readonly consultationId: string;
  readonly after?: number;
  readonly limit?: number;
}

/** A server at the other end of a connection of so many bytes a second, which carries one answer after the other. */
function openSlowServer(environment: VirtualEnvironment, bytesPerSecond: number, messages: number) {
  const handlers = new Map<string, () => void>();
  let epoch = 0;
  let freeAt = 0;
  let connections = 0;
  function answerTo(event: string, { consultationId, after, limit = 200 }: Asked): object {
    const history = historyOf(consultationId, messages);
    const page = after === undefined ? [] : pageOf(history, after, limit);
    const headSeq = history.length;
    if (event === 'get_messages') return { ok: true, messages: page, headSeq, hasMore: true };
    const consultation = { consultationId, isActive: true, status: 'open', user, doctor };
    return {
      ok: true,
      consultation: {
        ...consultation,
        expiresAt: '2026-03-03T10:00:00.000Z',
        readSeq: { user: 0, doctor: 0 },
      },
      doctor: { open: true, nextOpeningAt: null },
      headSeq,
      messages: page,
      present: [],
    };
  }
  const socket = {
    connected: false,
    active: false,
    auth: {},
    on: (event: string, handler: () => void) => void handlers.set(event, handler),
    onAny: () => undefined,
    connect: () => {
      connections += 1;
      epoch += 1;
      freeAt = environment.now();
      socket.connected = true;
      handlers.get('connect')?.();
    },
    disconnect: () => {
      if (!socket.connected) return;
      epoch += 1;
      socket.connected = false;
      handlers.get('disconnect')?.();
    },
    emit: (event: string, asked: Asked, answer: (given: object) => void) => {
      const mine = epoch;
      const given = answerTo(event, asked);
      const bytes = Buffer.byteLength(JSON.stringify(given));
      freeAt = Math.max(freeAt, environment.now()) + (bytes / bytesPerSecond) * 1_000;
      environment.setTimeout(() => void (mine === epoch && answer(given)), freeAt - environment.now());
    },
  };
  return { socket: socket as unknown as ClientSocket, connections: () => connections };
}

/** Consultations of so many messages each, from the first connection on. */
function enter(bytesPerSecond: number, consultations: number, messages: number) {
  const environment = createVirtualEnvironment();
  const server = openSlowServer(environment, bytesPerSecond, messages);
  const channels = new Map<string, DrivenChannel>();
  const connection = createConnection({
    url: 'http://chat.example',
    token: undefined,
    sender: 'user',
    socketOptions: {},
    environment,
    openSocket: () => server.socket,
    stateChanged: () => undefined,
    connected: () => {
      for (const channel of channels.values()) channel.connected();
    },
    connectionLost: () => {
      for (const channel of channels.values()) channel.connectionLost();
    },
    heard: () => undefined,
    traffic: () => undefined,
    problem: (error) => {
      throw error;
    },
  });
  const heard = Array.from({ length: consultations }, (_, index) => {
    const seqs: number[] = [];
    const driven = openChannel({
      consultationId: `consultation-${index}`,
      sender: 'user',
      from: 'start',
      maxInFlight: 8,
      storage: createMemoryStorage(),
      storagePrefix: `${index}`,
      transport: connection,
      environment,
      problem: (error) => {
        throw error;
      },
      closed: () => undefined,
    });
    driven.channel.onMessage(({ seq }) => void seqs.push(seq));
    channels.set(`consultation-${index}`, driven);
    return seqs;
  });
  connection.connect();
  return {
    ...server,
    /** Until all have everything, for an hour at most. */
    run: async () => {
      const end = environment.now() + 3_600_000;
      while (environment.now() < end && heard.some((seqs) => seqs.length < messages)) {
        await environment.advance(1_000);
      }
      return heard;
    },
  };
}

const inOrder = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('the client library on a slow connection', () => {
  it('gets a long history at 1 Mbit/s by pages, in order and once, over one connection', async () => {
    const { run, connections } = enter(125_000, 1, 200);
    expect(await run()).toEqual([inOrder(200)]);
    expect(connections()).toBe(1);
  });

  it('does not give up one answer for the others that stand before it', async () => {
    const { run, connections } = enter(125_000, 10, 20);
    expect(await run()).toEqual(Array.from({ length: 10 }, () => inOrder(20)));
    expect(connections()).toBe(1);
  });

  it('asks for less where a page is too much for the connection, until it comes', async () => {
    const { run, connections } = enter(3 * KIB, 1, 24);
    expect(await run()).toEqual([inOrder(24)]);
    // 192 KiB take more than a minute there: each loss halves what is asked for.
    expect(connections()).toBeLessThan(10);
  });
});

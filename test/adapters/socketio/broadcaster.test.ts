import { createServer } from 'node:http';
import { io as connectSocket, type Socket } from 'socket.io-client';
import { describe, expect, it, vi } from 'vitest';
import { createSocketIoBroadcaster } from '../../../src/adapters/socketio/broadcaster.js';
import { createSocketIoServer } from '../../../src/adapters/socketio/chat-server.js';
import { attachToHttpServer } from '../../../src/adapters/socketio/http-attachment.js';
import {
  type BroadcasterUnderTest,
  describeBroadcasterContract,
  type Heard,
  type Listener,
} from '../../contracts/broadcaster.js';
import { listen } from './chat-harness.js';

interface OpenListener extends Listener {
  /** Resolves with why the client has lost the connection. */
  readonly lost: Promise<string>;
}

async function open(): Promise<BroadcasterUnderTest & { readonly connect: () => Promise<OpenListener> }> {
  const io = createSocketIoServer({ corsOrigin: [] });
  const http = createServer();
  attachToHttpServer(io, http);
  const url = await listen(http);
  const clients: Socket[] = [];

  async function connect(): Promise<OpenListener> {
    const socket = connectSocket(url, { forceNew: true, reconnection: false, transports: ['websocket'] });
    clients.push(socket);
    const heard: Heard[] = [];
    let arrived = () => {};
    socket.onAny((type: Heard['type'], { consultationId, seq = null }) => {
      heard.push({ type, consultationId, seq });
      arrived();
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    const connectionId = String(socket.id);
    const serverSide = io.sockets.sockets.get(connectionId);
    return {
      connectionId,
      lost: new Promise((resolve) => socket.once('disconnect', resolve)),
      heard: async (count) => {
        while (heard.length < count) {
          await new Promise<void>((resolve) => {
            arrived = resolve;
          });
        }
        return heard;
      },
      disconnect: async () => {
        const gone = new Promise((resolve) => serverSide?.once('disconnect', resolve));
        socket.disconnect();
        await gone;
      },
    };
  }

  return {
    broadcaster: createSocketIoBroadcaster(io),
    connect,
    close: async () => {
      for (const socket of clients) socket.disconnect();
      await io.close();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

describeBroadcasterContract('Socket.IO', open);

describe('making everybody connect anew', () => {
  it('closes each connection in a way after which clients come back by themselves', async () => {
    const subject = await open();
    const listeners = await Promise.all(Array.from({ length: 3 }, subject.connect));
    const left = listeners.map(({ lost }) => lost);
    subject.broadcaster.reconnectAll();
    // After "io server disconnect", a client stays away.
    expect(await Promise.all(left)).toEqual(['transport close', 'transport close', 'transport close']);
    await subject.close();
  });
});

describe('the cost of a broadcast', () => {
  it('is one encoding, however many listen', async () => {
    const subject = await open();
    const listeners = await Promise.all(Array.from({ length: 5 }, subject.connect));
    for (const { connectionId } of listeners) subject.broadcaster.admit(connectionId, 'c-1');
    const stringify = vi.spyOn(JSON, 'stringify');
    subject.broadcaster.publish('c-1', { type: 'doctor_ready', consultationId: 'c-1', doctorId: 'doctor-1' });
    const encodings = stringify.mock.calls.length;
    stringify.mockRestore();
    expect(encodings).toBe(1);
    await Promise.all(listeners.map((listener) => listener.heard(1)));
    await subject.close();
  });
});

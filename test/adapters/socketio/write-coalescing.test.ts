import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openConsultation, tomorrow } from '../../support/clinic.js';
import { ask, type ChatHarness, collect, next, openChat, roundTrip } from './chat-harness.js';

let chat: ChatHarness;

beforeEach(async () => {
  chat = await openChat({ describedOnly: false });
  await openConsultation(chat.application, {
    consultationId: 'c-1',
    expiresAt: tomorrow(chat.time.clock.now()),
  });
});
afterEach(() => chat.close());

/** How often the server writes to its only connection while `act` runs, in system calls. */
async function writesDuring(act: () => Promise<unknown>): Promise<number> {
  const [socket] = chat.io.sockets.sockets.values();
  const webSocket: unknown = Reflect.get(socket?.conn.transport ?? {}, 'socket');
  const stream = Reflect.get(webSocket as object, '_socket') as {
    _writev: (...parameters: unknown[]) => unknown;
    _write: (...parameters: unknown[]) => unknown;
  };
  let writes = 0;
  for (const name of ['_write', '_writev'] as const) {
    const own = stream[name].bind(stream);
    stream[name] = (...parameters) => {
      writes += 1;
      return own(...parameters);
    };
  }
  await act();
  return writes;
}

test('what one turn has for a connection is one system call, in its order', async () => {
  const socket = await chat.connect();
  await ask(socket, 'join_consultation', { consultationId: 'c-1', sender: 'user' });
  const messages = collect(socket, 'new_message');
  const seqs = Array.from({ length: 20 }, (_, index) => index + 1);
  const writes = await writesDuring(async () => {
    const last = next(socket, 'last');
    const room = chat.io.to('consultation:c-1');
    for (const seq of seqs) room.emit('new_message', { seq } as never);
    Reflect.apply(room.emit, room, ['last']);
    await last;
  });
  expect(messages.map(({ seq }) => seq)).toEqual(seqs);
  expect(writes).toBe(1);
});

test('long-polling gets everything in its order, too', async () => {
  const socket = await chat.connect({ transports: ['polling'] });
  await ask(socket, 'join_consultation', { consultationId: 'c-1', sender: 'user' });
  const messages = collect(socket, 'new_message');
  for (let number = 1; number <= 20; number += 1) {
    await ask(socket, 'send_message', { consultationId: 'c-1', sender: 'user', content: `text ${number}` });
  }
  await roundTrip(socket);
  expect(messages.map(({ content }) => content)).toEqual(
    Array.from({ length: 20 }, (_, index) => `text ${index + 1}`),
  );
});

test('an upgrade from long-polling loses nothing', async () => {
  const socket = await chat.connect({ transports: ['polling', 'websocket'] });
  await ask(socket, 'join_consultation', { consultationId: 'c-1', sender: 'user' });
  const messages = collect(socket, 'new_message');
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      ask(socket, 'send_message', { consultationId: 'c-1', sender: 'user', content: `text ${index}` }),
    ),
  );
  await roundTrip(socket);
  expect(answers.every(({ ok }) => ok)).toBe(true);
  expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});

test('nothing is written to a connection that is gone, whose close is still to be heard of', async () => {
  const socket = await chat.connect();
  await ask(socket, 'join_consultation', { consultationId: 'c-1', sender: 'user' });
  const [serverSide] = chat.io.sockets.sockets.values();
  const webSocket: unknown = Reflect.get(serverSide?.conn.transport ?? {}, 'socket');
  const stream = Reflect.get(webSocket as object, '_socket') as Duplex;
  const gone = new Promise((resolve) => serverSide?.once('disconnect', resolve));
  const write = vi.spyOn(stream, 'write');
  stream.destroy();
  chat.io.to('consultation:c-1').emit('new_message', { seq: 1 } as never);
  await gone;
  expect(write).not.toHaveBeenCalled();
});

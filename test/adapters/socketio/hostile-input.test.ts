import * as fc from 'fast-check';
import type { Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openConsultation, tomorrow } from '../../support/clinic.js';
import { ask, type ChatHarness, collect, openChat } from './chat-harness.js';
import { openRawConnection } from './raw-connection.js';

let chat: ChatHarness;

beforeAll(async () => {
  chat = await openChat();
  await openConsultation(chat.application, {
    consultationId: 'c-1',
    expiresAt: tomorrow(chat.time.clock.now()),
  });
});

afterEach(async () => {
  await expectGoodService();
  await chat.disconnectClients();
});

afterAll(() => chat.close());

/** Somebody who behaves is served, and nothing was logged as a failure of ours. */
async function expectGoodService(): Promise<void> {
  const socket = await chat.connect();
  expect(await ask(socket, 'join_consultation', 'c-1')).toMatchObject({ ok: true });
  const messages = collect(socket, 'new_message');
  const content = 'still there?';
  const payload = { consultationId: 'c-1', sender: 'doctor', content };
  expect(await ask(socket, 'send_message', payload)).toMatchObject({ ok: true });
  expect(messages.map((message) => message['content'])).toEqual([content]);
  expect(chat.logger.entries.filter(({ level }) => level === 'error')).toEqual([]);
}

const EVENTS = [
  'join_consultation',
  'leave_consultation',
  'send_message',
  'get_messages',
  'mark_read',
  'typing',
  'new_message',
  'error',
  'user_left',
  'consultation:c-1',
  '__proto__',
  'toString',
];

const KEYS = [
  'consultationId',
  'sender',
  'content',
  'clientMessageId',
  'after',
  'before',
  'limit',
  'seq',
  'isTyping',
  '__proto__',
  'toJSON',
];

const hostileObject = fc
  .dictionary(
    fc.constantFrom(...KEYS),
    fc.oneof(fc.anything(), fc.constantFrom<unknown>('c-1', 'user', 'hello', 0, 1, true, null)),
    { noNullPrototype: true },
  )
  .map((entries) => JSON.parse(JSON.stringify(entries, withoutBigInts) ?? 'null') as unknown);

const payload = fc.oneof(
  hostileObject,
  fc.jsonValue(),
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
  fc.uint8Array({ maxLength: 50 }).map((bytes) => ({ consultationId: 'c-1', content: Buffer.from(bytes) })),
  fc.constantFrom<unknown>(undefined, null, () => 'a function', Number.NaN, new Date(0), [[[[]]]]),
);

function withoutBigInts(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

describe('whatever a client sends', () => {
  it('each request is answered once, in words of the wire, and the connection lives', async () => {
    const socket = await chat.connect();
    const errors = collect(socket, 'error');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...EVENTS),
        fc.array(payload, { maxLength: 3 }),
        fc.boolean(),
        async (event, parameters, withCallback) => {
          const before = errors.length;
          if (withCallback) {
            const answer = await ask(socket, event, ...parameters);
            expect(typeof answer.ok).toBe('boolean');
            if (!answer.ok)
              expect(answer.error).toMatchObject({ code: expect.stringMatching(/^[a-z]+\.[a-z_]+$/) });
            expect(answer.error?.code).not.toBe('server.error');
          } else {
            emitWithoutCallback(socket, event, parameters);
            await ask(socket, 'leave_consultation', 'c-1');
          }
          expect(errors.length - before).toBeLessThanOrEqual(withCallback ? 0 : 1);
          expect(socket.connected).toBe(true);
        },
      ),
      { numRuns: 600 },
    );
  });

  it('polluted prototypes stay clean', async () => {
    const socket = await chat.connect();
    const polluted = JSON.parse(
      '{"consultationId":"c-1","sender":"user","content":"hi","__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}',
    );
    expect(await ask(socket, 'send_message', polluted)).toMatchObject({ ok: true });
    expect(
      await ask(socket, 'join_consultation', JSON.parse('{"__proto__":{"consultationId":"c-1"}}')),
    ).toMatchObject({ ok: false, error: { code: 'request.invalid', field: 'consultationId' } });
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });

  it('a handshake full of nonsense says nothing about who it is', async () => {
    const auths = [{ sender: 'admin' }, { sender: { toString: 'doctor' } }, {}];
    for (const auth of auths) {
      const watcher = await chat.connect();
      await ask(watcher, 'join_consultation', 'c-1');
      const comes = collect(watcher, 'user_joined');
      const socket = await chat.connect({ auth });
      expect(await ask(socket, 'join_consultation', 'c-1')).toMatchObject({ ok: true });
      await ask(watcher, 'leave_consultation', 'c-1');
      expect(comes).toEqual([expect.objectContaining({ userId: socket.id, sender: null })]);
    }
  });
});

/** A function at the end would be taken for the callback. */
function emitWithoutCallback(socket: Socket, event: string, parameters: readonly unknown[]): void {
  const last = parameters.at(-1);
  socket.emit(event, ...parameters, ...(typeof last === 'function' ? [null] : []));
}

it.each([
  ['too long', 'x'.repeat(10_000)],
  ['no text', { toString: 'token' }],
  ['nothing but a line break', '\n'],
])('a token that is %s opens no connection', async (_what, token) => {
  await expect(chat.connect({ auth: { token } })).rejects.toMatchObject({ data: { code: 'auth.invalid' } });
});

describe('frames that no client library would send', () => {
  it.each([
    ['an event without a name', '42'],
    ['an event without data but with an id', '420'],
    ['an empty event', '42[]'],
    ['a number for a name', '42[7,{"consultationId":"c-1"}]'],
    ['an object for a name', '42[{"a":1},"b"]'],
    ['a reserved name', '42["disconnect","x"]'],
    ['another reserved name', '42["newListener","x"]'],
    ['an acknowledgement of nothing', '430["x"]'],
    ['an acknowledgement without data', '430'],
    ['a huge id', `42${'9'.repeat(400)}["send_message",{}]`],
    ['an id of spaces', '42  ["send_message",{}]'],
    ['an unknown packet', '49["x"]'],
    ['broken JSON', '42["send_message",{'],
    ['a second connect', '40'],
    ['another namespace', '40/admin,'],
    ['an event for another namespace', '42/admin,["send_message",{}]'],
    ['attachments that never come', '451-["send_message",{"_placeholder":true,"num":0}]'],
    ['attachments without number', '45-["send_message"]'],
    ['a placeholder in an event without attachments', '42["send_message",{"_placeholder":true,"num":9}]'],
    ['arrays nested thirty thousand deep', `42["send_message",${'['.repeat(30_000)}${']'.repeat(30_000)}]`],
    ['a connect error', '44{"message":"no"}'],
    ['an engine packet of no type', 'x'],
    ['nothing', ''],
  ])('%s', async (_what, frame) => {
    const raw = await openRawConnection(chat.url);
    raw.send(frame);
    // Either the server goes on answering on this connection, or it closes it.
    await Promise.race([raw.closed, raw.ask('421["leave_consultation","c-1"]', '431')]);
    raw.close();
  });

  it('binary where text is due', async () => {
    const raw = await openRawConnection(chat.url);
    raw.send(Buffer.from([0, 255, 1, 2]));
    await Promise.race([raw.closed, raw.ask('421["leave_consultation","c-1"]', '431')]);
    raw.close();
  });

  it('deeply nested data around an attachment closes that connection alone', async () => {
    const raw = await openRawConnection(chat.url);
    const depth = 30_000;
    raw.send(`451-["send_message",${'['.repeat(depth)}{"_placeholder":true,"num":0}${']'.repeat(depth)}]`);
    raw.send(Buffer.from([1]));
    await raw.closed;
  });

  it('a packet beyond the limit closes that connection alone', async () => {
    const raw = await openRawConnection(chat.url);
    raw.send(`42["send_message",{"content":"${'x'.repeat(64 * 1024)}"}]`);
    await raw.closed;
  });
});

describe('many at once', () => {
  it('fifteen hundred requests without waiting are all answered, each with its own answer', async () => {
    const socket = await chat.connect();
    const answers = await Promise.all(
      Array.from({ length: 1_500 }, (_, index) =>
        index % 2 === 0
          ? ask(socket, 'leave_consultation', `room-${index}`)
          : ask(socket, 'join_consultation', `room-${index}`),
      ),
    );
    answers.forEach((answer, index) => {
      // Beyond what may be under way at the same time.
      if (answer.error?.code === 'rate.limited') expect(answer.error['retryAfterMs']).toBeGreaterThan(0);
      else if (index % 2 === 0) expect(answer['consultationId']).toBe(`room-${index}`);
      else expect(answer.error?.code).toBe('consultation.not_found');
    });
  });

  it('connections that come and go in the middle of their requests leave nobody behind', async () => {
    const watcher = await chat.connect();
    await ask(watcher, 'join_consultation', 'c-1');
    for (let round = 0; round < 20; round += 1) {
      const socket = await chat.connect();
      socket.emit('join_consultation', 'c-1');
      socket.emit('send_message', { consultationId: 'c-1', sender: 'user', content: `round ${round}` });
      socket.disconnect();
    }
    await expect.poll(() => chat.io.sockets.sockets.size).toBe(1);
    expect(chat.io.sockets.adapter.rooms.get('consultation:c-1')?.size).toBe(1);
  });
});

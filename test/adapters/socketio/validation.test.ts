import type { Socket } from 'socket.io-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openConsultation, tomorrow } from '../../support/clinic.js';
import { ask, type ChatHarness, collect, next, openChat, roundTrip } from './chat-harness.js';
import { refusalOf } from './refusal-both-ways.js';

let chat: ChatHarness;
let socket: Socket;

beforeAll(async () => {
  chat = await openChat();
  await openConsultation(chat.application, {
    consultationId: 'open',
    expiresAt: tomorrow(chat.time.clock.now()),
  });
});

beforeEach(async () => {
  await chat.disconnectClients();
  socket = await chat.connect();
});

afterAll(() => chat.close());

const hello = (consultationId: string) => ({ consultationId, sender: 'user', content: 'hello' });

describe('a message is refused', () => {
  it.each([
    [{ content: '' }, 'content'],
    [{ content: ' \n\t ' }, 'content'],
    [{ content: '\u200b\u2060 \ufe0f' }, 'content'],
    [{ content: '\u3164' }, 'content'],
    [{ content: 'x'.repeat(4_001) }, 'content'],
    [{ content: 'x'.repeat(60_000) }, 'content'],
    [{ content: 'NUL \0' }, 'content'],
    [{ content: 'half a pair \ud83d' }, 'content'],
    [{ content: undefined }, 'content'],
    [{ content: null }, 'content'],
    [{ content: 7 }, 'content'],
    [{ content: ['hello'] }, 'content'],
    [{ content: Buffer.from('hello') }, 'content'],
    [{ consultationId: undefined }, 'consultationId'],
    [{ consultationId: '' }, 'consultationId'],
    [{ consultationId: 'a'.repeat(65) }, 'consultationId'],
    [{ consultationId: 'open\n' }, 'consultationId'],
    [{ consultationId: '../open' }, 'consultationId'],
    [{ consultationId: { $ne: null } }, 'consultationId'],
    [{ sender: undefined }, 'sender'],
    [{ sender: 'admin' }, 'sender'],
    [{ sender: 'USER' }, 'sender'],
    [{ clientMessageId: '' }, 'clientMessageId'],
    [{ clientMessageId: '😀'.repeat(65) }, 'clientMessageId'],
    [{ clientMessageId: 'NUL \0' }, 'clientMessageId'],
    [{ clientMessageId: '\udc00' }, 'clientMessageId'],
    [{ clientMessageId: 12 }, 'clientMessageId'],
  ])('with request.invalid and the field for %j', async (change, field) => {
    const error = await refusalOf(socket, 'send_message', { ...hello('open'), ...change });
    expect(error).toMatchObject({ code: 'request.invalid', field });
    expect(error['message']).toMatch(new RegExp(`^The request is not valid\\. ${field} (must|is) `));
  });

  it.each([[null], [undefined], [[]], ['hello'], [0], [true], [Buffer.from('x')]])(
    'with request.invalid where the payload is %s',
    async (payload) => {
      const error = await refusalOf(socket, 'send_message', payload);
      expect(error).toMatchObject({ code: 'request.invalid' });
      expect(['payload', 'consultationId']).toContain(error['field']);
    },
  );
});

describe('what is accepted', () => {
  it.each([
    ['4,000 characters, counted as people count', '😀'.repeat(4_000)],
    ['markup, kept as it is', '<script>alert("x")</script> & &amp;'],
    ['right to left, with newlines', 'שלום\r\nعليكم\n\n‮abc'],
    ['what looks like code', '{"__proto__": {"admin": true}}'],
  ])('%s', async (_what, content) => {
    await ask(socket, 'join_consultation', 'open');
    const heard = next(socket, 'new_message');
    expect(await ask(socket, 'send_message', { ...hello('open'), content })).toMatchObject({ ok: true });
    expect((await heard)['content']).toBe(content);
  });

  it('ids of 64 characters, absent values written as null, keys that it does not know', async () => {
    const payload = {
      ...hello('open'),
      clientMessageId: '😀'.repeat(64),
      colour: 'blue',
      user: { id: 'me' },
    };
    expect(await ask(socket, 'send_message', payload)).toMatchObject({ ok: true });
    const absent = { ...hello('open'), clientMessageId: null };
    expect(await ask(socket, 'send_message', absent)).toMatchObject({ ok: true });
    const join = { consultationId: 'open', after: null, sender: null };
    expect(await ask(socket, 'join_consultation', join)).toMatchObject({ ok: true, messages: [] });
  });
});

describe('a join is refused', () => {
  it.each([
    ['a b', 'consultationId'],
    [{}, 'consultationId'],
    [7, 'payload'],
    [null, 'payload'],
    [{ consultationId: 'open', after: -1 }, 'after'],
    [{ consultationId: 'open', after: 1.5 }, 'after'],
    [{ consultationId: 'open', after: '1' }, 'after'],
    [{ consultationId: 'open', after: 2 ** 31 }, 'after'],
    [{ consultationId: 'open', sender: 'nurse' }, 'sender'],
  ])('as invalid for %j', async (payload, field) => {
    expect(await refusalOf(socket, 'join_consultation', payload)).toMatchObject({
      code: 'request.invalid',
      field,
    });
  });
});

describe('an event that nobody knows', () => {
  it.each(['new_message', 'error', 'message', 'toString', '__proto__', 'constructor', ''])(
    'is refused, be it called "%s"',
    async (event) => {
      expect(await refusalOf(socket, event, { consultationId: 'open' })).toMatchObject({
        code: 'request.invalid',
        field: 'event',
      });
    },
  );

  it('is told back in short, and never logged', async () => {
    const told = next(socket, 'error');
    const event = `what the patient wrote ${'x'.repeat(10_000)}`;
    socket.emit(event);
    expect(String((await told)['event'])).toHaveLength(64);
    expect(JSON.stringify(chat.logger.entries)).not.toContain('patient wrote');
  });

  it('is left alone where the host application listens to it', async () => {
    const errors = collect(socket, 'error');
    const heard = new Promise((resolve) =>
      chat.io.sockets.sockets.get(String(socket.id))?.on('host_event' as 'send_message', resolve),
    );
    socket.emit('host_event', 'for the host');
    expect(await heard).toBe('for the host');
    await roundTrip(socket);
    expect(errors).toEqual([]);
  });
});

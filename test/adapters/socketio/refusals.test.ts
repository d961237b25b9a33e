import type { Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../../src/domain/instant.js';
import { ADMIN, daily, openConsultation, tomorrow } from '../../support/clinic.js';
import { ask, type ChatHarness, collect, next, openChat, roundTrip } from './chat-harness.js';

let chat: ChatHarness;
let socket: Socket;

beforeEach(async () => {
  chat = await openChat();
  await openConsultation(chat.application, {
    consultationId: 'open',
    expiresAt: tomorrow(chat.time.clock.now()),
  });
  socket = await chat.connect();
});

afterEach(() => chat.close());

const hello = (consultationId: string) => ({ consultationId, sender: 'user', content: 'hello' });

/** The refusal as both ways tell it: in the acknowledgement, and as an `error` event without one. */
async function refusalOf(event: string, payload: unknown): Promise<Readonly<Record<string, unknown>>> {
  const answer = await ask(socket, event, payload);
  expect(answer.ok).toBe(false);
  expect(Object.keys(answer).sort()).toEqual(['error', 'ok']);
  const told = next(socket, 'error');
  socket.emit(event, payload);
  expect(await told).toEqual({ ...answer.error, event });
  return answer.error ?? {};
}

describe('a message is refused', () => {
  it('with consultation.not_found where there is none', async () => {
    expect(await refusalOf('send_message', hello('nowhere'))).toEqual({
      code: 'consultation.not_found',
      message: 'This consultation does not exist.',
    });
  });

  it('with consultation.inactive where it was ended', async () => {
    await chat.application.end('open', ADMIN);
    expect(await refusalOf('send_message', hello('open'))).toMatchObject({ code: 'consultation.inactive' });
  });

  it('with consultation.expired where it ran out, swept or not', async () => {
    await chat.time.advance(DAY_MS);
    expect(await refusalOf('send_message', hello('open'))).toMatchObject({ code: 'consultation.expired' });
    await chat.application.expireConsultations();
    expect(await refusalOf('send_message', hello('open'))).toMatchObject({ code: 'consultation.expired' });
  });

  it('with doctor.unavailable outside the schedule, which says when it opens next', async () => {
    const details = { consultationId: 'later', doctorId: 'doctor-2', windows: daily('12:30', '13:00') };
    await openConsultation(chat.application, { ...details, expiresAt: tomorrow(chat.time.clock.now()) });
    expect(await refusalOf('send_message', hello('later'))).toEqual({
      code: 'doctor.unavailable',
      message: 'The doctor is not available at this time.',
      nextOpeningAt: '2026-03-02T12:30:00.000Z',
    });
    const never = { consultationId: 'never', doctorId: 'doctor-3', windows: [] };
    await openConsultation(chat.application, { ...never, expiresAt: tomorrow(chat.time.clock.now()) });
    expect(await refusalOf('send_message', hello('never'))).toMatchObject({ nextOpeningAt: null });
    await chat.time.advance(150 * MINUTE_MS);
    expect(await ask(socket, 'send_message', hello('later'))).toMatchObject({ ok: true, seq: 1 });
  });

  it('with message.id_conflict where the id belongs to another message, and the id is told back', async () => {
    const clientMessageId = 'draft-1';
    await ask(socket, 'send_message', { ...hello('open'), clientMessageId });
    const other = { ...hello('open'), content: 'something else', clientMessageId };
    expect(await refusalOf('send_message', other)).toMatchObject({
      code: 'message.id_conflict',
      clientMessageId,
    });
  });

  it.each([
    [{ content: '' }, 'content'],
    [{ content: ' \n\t ' }, 'content'],
    [{ content: 'x'.repeat(4_001) }, 'content'],
    [{ content: 'x'.repeat(1_000_000) }, 'content'],
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
    const error = await refusalOf('send_message', { ...hello('open'), ...change });
    expect(error).toMatchObject({ code: 'request.invalid', field });
    expect(error['message']).toMatch(new RegExp(`^The request is not valid\\. ${field} (must|is) `));
  });

  it.each([[null], [undefined], [[]], ['hello'], [0], [true], [Buffer.from('x')]])(
    'with request.invalid where the payload is %s',
    async (payload) => {
      const error = await refusalOf('send_message', payload);
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
  it('where there is no such consultation', async () => {
    expect(await refusalOf('join_consultation', 'nowhere')).toMatchObject({ code: 'consultation.not_found' });
  });

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
    expect(await refusalOf('join_consultation', payload)).toMatchObject({ code: 'request.invalid', field });
  });

  it('as too many where a connection joins without end, and others are served', async () => {
    for (let index = 0; index < 101; index += 1) {
      const consultationId = `flood-${index}`;
      await openConsultation(chat.application, {
        consultationId,
        expiresAt: tomorrow(chat.time.clock.now()),
      });
    }
    const answers = await Promise.all(
      Array.from({ length: 101 }, (_, index) => ask(socket, 'join_consultation', `flood-${index}`)),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(100);
    expect(answers.at(-1)?.error).toMatchObject({ code: 'rate.limited', retryAfterMs: expect.any(Number) });
    const other = await chat.connect();
    expect(await ask(other, 'join_consultation', 'open')).toMatchObject({ ok: true });
  });
});

describe('an event that nobody knows', () => {
  it.each(['new_message', 'error', 'message', 'toString', '__proto__', 'constructor', ''])(
    'is refused, be it called "%s"',
    async (event) => {
      expect(await refusalOf(event, { consultationId: 'open' })).toMatchObject({
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

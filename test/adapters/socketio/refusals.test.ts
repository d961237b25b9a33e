import type { Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../../src/domain/instant.js';
import { ADMIN, daily, openConsultation, tomorrow } from '../../support/clinic.js';
import { ask, type ChatHarness, openChat } from './chat-harness.js';
import { refusalOf } from './refusal-both-ways.js';

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

describe('a message is refused', () => {
  it('with consultation.not_found where there is none', async () => {
    expect(await refusalOf(socket, 'send_message', hello('nowhere'))).toEqual({
      code: 'consultation.not_found',
      message: 'This consultation does not exist.',
    });
  });

  it('with consultation.inactive where it was ended', async () => {
    await chat.application.administration.endConsultation(ADMIN, 'open');
    expect(await refusalOf(socket, 'send_message', hello('open'))).toMatchObject({
      code: 'consultation.inactive',
    });
  });

  it('with consultation.expired where it ran out, swept or not', async () => {
    await chat.time.advance(DAY_MS);
    expect(await refusalOf(socket, 'send_message', hello('open'))).toMatchObject({
      code: 'consultation.expired',
    });
    await chat.application.jobs.expireConsultations();
    expect(await refusalOf(socket, 'send_message', hello('open'))).toMatchObject({
      code: 'consultation.expired',
    });
  });

  it('with doctor.unavailable outside the schedule, which says when it opens next', async () => {
    const details = { consultationId: 'later', doctorId: 'doctor-2', windows: daily('12:30', '13:00') };
    await openConsultation(chat.application, { ...details, expiresAt: tomorrow(chat.time.clock.now()) });
    expect(await refusalOf(socket, 'send_message', hello('later'))).toEqual({
      code: 'doctor.unavailable',
      message: 'The doctor is not available at this time.',
      nextOpeningAt: '2026-03-02T12:30:00.000Z',
    });
    const never = { consultationId: 'never', doctorId: 'doctor-3', windows: [] };
    await openConsultation(chat.application, { ...never, expiresAt: tomorrow(chat.time.clock.now()) });
    expect(await refusalOf(socket, 'send_message', hello('never'))).toMatchObject({ nextOpeningAt: null });
    await chat.time.advance(150 * MINUTE_MS);
    expect(await ask(socket, 'send_message', hello('later'))).toMatchObject({ ok: true, seq: 1 });
  });

  it('with message.id_conflict where the id belongs to another message, and the id is told back', async () => {
    const clientMessageId = 'draft-1';
    await ask(socket, 'send_message', { ...hello('open'), clientMessageId });
    const other = { ...hello('open'), content: 'something else', clientMessageId };
    expect(await refusalOf(socket, 'send_message', other)).toMatchObject({
      code: 'message.id_conflict',
      clientMessageId,
    });
  });
});

describe('a join is refused', () => {
  it('where there is no such consultation', async () => {
    expect(await refusalOf(socket, 'join_consultation', 'nowhere')).toMatchObject({
      code: 'consultation.not_found',
    });
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

import { describe, expect, test, vi } from 'vitest';
import type { SendMessage, SendMessageRequest } from '../../../src/application/conversation/send-message.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/domain/instant.js';
import { ADMIN, daily, openConsultation, say } from '../../support/clinic.js';
import { createFaultyEventStore, type FaultyEventStore, settled } from '../../support/faulty-event-store.js';
import { type MemoryApplication, openMemoryApplication } from '../../support/memory-application.js';

interface Chat extends MemoryApplication {
  readonly faulty: FaultyEventStore;
  send(request?: Partial<SendMessageRequest>): ReturnType<SendMessage>;
  /** What the patient's connection heard of messages, as `seq content`. */
  heard(): readonly string[];
}

/** `consultation-1`, open for a day, doctor on duty 09:00–17:00 UTC; it is Monday, 10:00. The patient listens. */
async function openChat(startAt = '2026-03-02T10:00:00.000Z'): Promise<Chat> {
  let faulty: FaultyEventStore | undefined;
  const chat = openMemoryApplication({
    startAt,
    decorate: ({ eventStore }) => {
      faulty = createFaultyEventStore(eventStore);
      return { eventStore: faulty.eventStore };
    },
  });
  if (faulty === undefined) throw new Error('the event store was not decorated');
  const { application, broadcaster, time } = chat;
  const expiresAt = time.clock.now() + DAY_MS;
  await openConsultation(application, { windows: daily('09:00', '17:00'), expiresAt });
  await chat.connect('patient').join({
    consultationId: 'consultation-1',
    sender: 'user',
    after: null,
  });
  broadcaster.take('patient');
  return {
    ...chat,
    faulty,
    send: (request) =>
      say(application, {
        consultationId: 'consultation-1',
        sender: 'user',
        content: 'hello',
        clientMessageId: null,
        ...request,
      }),
    heard: () =>
      broadcaster
        .inbox('patient')
        .flatMap((each) =>
          each.type === 'new_message' ? [`${each.message.seq} ${each.message.content}`] : [],
        ),
  };
}

const refused = (code: string, details = {}) => ({ outcome: 'refused', code, ...details });

test('a refusal names the opening as of the decision, though the schedule opens before the answer', async () => {
  const chat = await openChat('2026-03-02T08:59:59.000Z');
  vi.spyOn(chat.faulty.eventStore, 'findByIdempotencyKey').mockImplementation(async () => {
    await chat.time.advance(2 * SECOND_MS);
    return null;
  });
  const nextOpeningAt = Date.parse('2026-03-02T09:00:00.000Z');
  expect(await chat.send({ clientMessageId: 'client-1' })).toEqual(
    refused('doctor.unavailable', { nextOpeningAt }),
  );
});

describe('a message that may be sent', () => {
  test('is stored, answered, and told to everybody in the room, the sender too', async () => {
    const chat = await openChat();
    const answer = await chat.send({ content: '  hello 👩🏽‍⚕️ \n', clientMessageId: 'client-1' });
    const message = {
      messageId: 'message-1',
      consultationId: 'consultation-1',
      seq: 1,
      sender: 'user',
      content: 'hello 👩🏽‍⚕️',
      clientMessageId: 'client-1',
      sentAt: chat.time.clock.now(),
    };
    expect(answer).toEqual({ outcome: 'accepted', message, duplicate: false });
    expect(chat.broadcaster.inbox('patient')).toEqual([
      {
        type: 'new_message',
        message: {
          ...message,
          patient: { id: 'patient-1', name: 'Mx patient-1' },
          doctor: { id: 'doctor-1', name: 'Dr doctor-1' },
        },
      },
    ]);
    expect(chat.log.stream('consultation:consultation-1').at(-1)).toMatchObject({
      event: { type: 'MessageSent' },
      actor: { kind: 'patient', id: 'patient-1' },
    });
  });

  test('is the doctor’s when the doctor sends it', async () => {
    const chat = await openChat();
    await chat.send({ sender: 'doctor' });
    expect(chat.log.stream('consultation:consultation-1').at(-1)).toMatchObject({
      event: { data: { sender: 'doctor' } },
      actor: { kind: 'doctor', id: 'doctor-1' },
    });
  });

  test('is heard in its consultation only', async () => {
    const chat = await openChat();
    await openConsultation(chat.application, {
      consultationId: 'consultation-2',
      patientId: 'patient-2',
      expiresAt: chat.time.clock.now() + DAY_MS,
    });
    await chat.send({ consultationId: 'consultation-2' });
    expect(chat.heard()).toEqual([]);
  });

  test('is told only once it is stored', async () => {
    const chat = await openChat();
    chat.faulty.hold();
    const sending = chat.send();
    await settled();
    expect(chat.heard()).toEqual([]);
    chat.faulty.release();
    await sending;
    expect(chat.heard()).toEqual(['1 hello']);
  });

  test('is told in the order of seq when many are sent at once', async () => {
    const chat = await openChat();
    chat.faulty.hold();
    const sends = Array.from({ length: 50 }, (_, index) =>
      chat.send({ content: `${index}`, sender: index % 2 === 0 ? 'user' : 'doctor' }),
    );
    await settled();
    chat.faulty.release();
    await Promise.all(sends);
    expect(chat.heard()).toEqual(sends.map((_, index) => `${index + 1} ${index}`));
  });

  test('keeps its place in the order of the calls, though nothing is in memory yet', async () => {
    const before = await openChat();
    const { application } = openMemoryApplication({ log: before.log, time: before.time, idPrefix: 'other' });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        say(application, {
          consultationId: 'consultation-1',
          sender: 'user',
          content: `${index}`,
          clientMessageId: null,
        }),
      ),
    );
    const seqs = answers.map((answer) => (answer.outcome === 'accepted' ? answer.message.seq : answer.code));
    expect(seqs).toEqual(answers.map((_, index) => index + 1));
  });
});

describe('the schedule', () => {
  test('is kept to the millisecond: 17:00 is open through 17:00:59.999', async () => {
    const chat = await openChat('2026-03-02T17:00:59.999Z');
    expect(await chat.send()).toMatchObject({ outcome: 'accepted' });
    await chat.time.advance(1);
    const nextOpeningAt = Date.parse('2026-03-03T09:00:00.000Z');
    expect(await chat.send()).toEqual(refused('doctor.unavailable', { nextOpeningAt }));
    expect(await chat.send({ sender: 'doctor' })).toMatchObject(refused('doctor.unavailable'));
    expect(chat.heard()).toEqual(['1 hello']);
  });

  test('counts as it is now, not as it was', async () => {
    const chat = await openChat();
    await chat.application.administration.setSchedule(ADMIN, 'doctor-1', { windows: [] });
    expect(await chat.send()).toEqual(refused('doctor.unavailable', { nextOpeningAt: null }));
    await chat.application.administration.setSchedule(ADMIN, 'doctor-1', {
      windows: daily('10:00', '10:00'),
    });
    expect(await chat.send()).toMatchObject({ outcome: 'accepted' });
  });
});

describe('refusals come in their order', () => {
  const tooLate = 25 * HOUR_MS;
  test('the payload first', async () => {
    const chat = await openChat();
    expect(await chat.send({ consultationId: 'nowhere', content: ' ' })).toMatchObject(
      refused('request.invalid', { field: 'content' }),
    );
    expect(await chat.send({ content: 'x'.repeat(4_001) })).toMatchObject(refused('request.invalid'));
    expect(chat.metrics.counted('messages_refused_total')).toBe(2);
  });
  test('the consultation second', async () => {
    const chat = await openChat();
    expect(await chat.send({ consultationId: 'nowhere' })).toEqual(refused('consultation.not_found'));
    expect(await chat.send({ consultationId: '__proto__' })).toEqual(refused('consultation.not_found'));
  });
  test('the end before the time and the hours', async () => {
    const chat = await openChat();
    await chat.application.administration.endConsultation(ADMIN, 'consultation-1');
    expect(await chat.send()).toEqual(refused('consultation.inactive'));
    await chat.time.advance(tooLate + 9 * HOUR_MS);
    expect(await chat.send()).toEqual(refused('consultation.inactive'));
  });
  test('the time before the hours, swept or not', async () => {
    const chat = await openChat();
    await chat.time.advance(tooLate + 9 * HOUR_MS);
    expect(await chat.send()).toEqual(refused('consultation.expired'));
    await chat.application.jobs.expireConsultations();
    expect(await chat.send()).toEqual(refused('consultation.expired'));
  });
  test('and none is told to anybody', async () => {
    const chat = await openChat();
    await chat.send({ content: '' });
    await chat.send({ consultationId: 'nowhere' });
    expect(chat.broadcaster.inbox('patient')).toEqual([]);
  });
});

describe('a repeat', () => {
  test('answers with the original and is told to nobody', async () => {
    const chat = await openChat();
    const first = await chat.send({ clientMessageId: 'k' });
    await chat.time.advance(MINUTE_MS);
    const again = await chat.send({ clientMessageId: 'k', content: ' hello ' });
    expect(again).toEqual({ ...first, duplicate: true });
    expect(chat.heard()).toEqual(['1 hello']);
  });

  test('at the same time is stored and told once', async () => {
    const chat = await openChat();
    const answers = await Promise.all([
      chat.send({ clientMessageId: 'k' }),
      chat.send({ clientMessageId: 'k' }),
      chat.send({ content: 'other' }),
    ]);
    expect(answers).toMatchObject([
      { message: { seq: 1 }, duplicate: false },
      { message: { seq: 1 }, duplicate: true },
      { message: { seq: 2 }, duplicate: false },
    ]);
    expect(chat.heard()).toEqual(['1 hello', '2 other']);
  });

  test.each<[string, (chat: Chat) => Promise<unknown>]>([
    ['the end', ({ application }) => application.administration.endConsultation(ADMIN, 'consultation-1')],
    ['closing time', ({ time }) => time.advance(8 * HOUR_MS)],
    ['the time', ({ time }) => time.advance(30 * HOUR_MS)],
  ])('is answered after %s, too, while a new one is refused', async (_case, close) => {
    const chat = await openChat();
    const first = await chat.send({ clientMessageId: 'k' });
    await close(chat);
    expect(await chat.send({ clientMessageId: 'k' })).toEqual({ ...first, duplicate: true });
    expect(await chat.send({ clientMessageId: 'k', content: 'other' })).toEqual(
      refused('message.id_conflict'),
    );
    expect(await chat.send({ clientMessageId: 'l' })).toMatchObject({ outcome: 'refused' });
    expect(chat.heard()).toEqual(['1 hello']);
  });

  test('with other content is a conflict of ids', async () => {
    const chat = await openChat();
    await chat.send({ clientMessageId: 'k' });
    expect(await chat.send({ clientMessageId: 'k', content: 'other' })).toEqual(
      refused('message.id_conflict'),
    );
    expect(chat.heard()).toEqual(['1 hello']);
  });

  test('of the other party’s id is no repeat', async () => {
    const chat = await openChat();
    await chat.send({ clientMessageId: 'k' });
    expect(await chat.send({ clientMessageId: 'k', sender: 'doctor' })).toMatchObject({
      message: { seq: 2 },
      duplicate: false,
    });
  });

  test('without an id is a message of its own', async () => {
    const chat = await openChat();
    await chat.send();
    await chat.send();
    expect(chat.heard()).toEqual(['1 hello', '2 hello']);
  });
});

describe('when the store fails', () => {
  test.each(['not stored', 'stored'] as const)('nothing is told of a message that was %s', async (when) => {
    const chat = await openChat();
    chat.faulty.failNext(when);
    await expect(chat.send({ clientMessageId: 'k' })).rejects.toThrow();
    expect(chat.heard()).toEqual([]);
    const again = await chat.send({ clientMessageId: 'k' });
    expect(again).toMatchObject({ message: { seq: 1 }, duplicate: when === 'stored' });
  });

  test('a store without room is told with the time to wait', async () => {
    const chat = await openChat();
    chat.faulty.overloadNext(700);
    expect(await chat.send()).toEqual(refused('server.overloaded', { retryAfterMs: 700 }));
    expect(chat.heard()).toEqual([]);
  });
});

test('a message that can never be stored is refused for good, and what comes after it is stored', async () => {
  const chat = await openChat();
  chat.faulty.refuseNext();
  expect(await chat.send({ content: 'impossible' })).toMatchObject({
    outcome: 'refused',
    code: 'request.invalid',
    field: 'content',
  });
  expect(await chat.send({ content: 'possible' })).toMatchObject({
    outcome: 'accepted',
    message: { seq: 1 },
  });
  expect(chat.heard()).toEqual(['1 possible']);
});

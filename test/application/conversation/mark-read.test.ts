import { expect, test } from 'vitest';
import { DAY_MS } from '../../../src/domain/instant.js';
import { openConsultation, say } from '../../support/clinic.js';
import { openMemoryApplication } from '../../support/memory-application.js';

const consultationId = 'consultation-1';

test('a room hears of marks in the order in which they rise, whichever is answered first', async () => {
  const told: number[] = [];
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const chat = openMemoryApplication({
    decorate: ({ eventStore, broadcaster }) => ({
      eventStore: {
        ...eventStore,
        append: async (request) => {
          const outcome = await eventStore.append(request);
          const [event] = request.events;
          if (event.type === 'MessagesRead' && event.data.seq === 1) await held;
          return outcome;
        },
      },
      broadcaster: {
        ...broadcaster,
        publish: (id, notification, except) => {
          if (notification.type === 'messages_read') told.push(notification.seq);
          broadcaster.publish(id, notification, except);
        },
      },
    }),
  });
  await openConsultation(chat.application, { expiresAt: chat.time.clock.now() + DAY_MS });
  for (const content of ['One', 'Two']) {
    await say(chat.application, {
      consultationId,
      sender: 'user',
      content,
      clientMessageId: null,
    });
  }
  const devices = ['first', 'second'].map((connectionId) => chat.connect(connectionId));
  for (const device of devices) await device.join({ consultationId, sender: 'doctor', after: null });

  const [slow, quick] = devices.map((device, index) =>
    device.markRead({ consultationId, seq: index + 1, sender: 'doctor' }),
  );
  expect(await quick).toEqual({ outcome: 'marked', seq: 2 });
  release();
  expect(await slow).toEqual({ outcome: 'marked', seq: 1 });
  expect(told).toEqual([2]);
});

test('a room that opens again while a join waits tells nobody a mark that they have heard', async () => {
  const told: number[] = [];
  let isHeld = false;
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const chat = openMemoryApplication({
    decorate: ({ accessLog, broadcaster }) => ({
      accessLog: {
        ...accessLog,
        record: async (access) => {
          if (isHeld) await held;
          return accessLog.record(access);
        },
      },
      broadcaster: {
        ...broadcaster,
        publish: (id, notification, except) => {
          if (notification.type === 'messages_read') told.push(notification.seq);
          broadcaster.publish(id, notification, except);
        },
      },
    }),
  });
  const { application, time } = chat;
  await openConsultation(application, { expiresAt: time.clock.now() + DAY_MS });
  await say(application, { consultationId, sender: 'user', content: 'One', clientMessageId: null });
  const patient = chat.connect('patient');
  await patient.join({ consultationId, sender: 'user', after: null });
  isHeld = true;
  // Has found how the consultation stands, and waits for its entry in the access log.
  const joining = chat.connect('doctor').join({ consultationId, sender: 'doctor', after: null });
  await new Promise(setImmediate);
  await chat.connect('other').markRead({ consultationId, seq: 1, sender: 'doctor' });
  expect(told).toEqual([1]);
  patient.leave(consultationId);
  release();
  await joining;
  await patient.join({ consultationId, sender: 'user', after: null });
  await application.jobs.announceHeads();
  expect(told).toEqual([1]);
});

/** A patient has said one thing; connections in demo mode say who they are, or do not. */
async function oneMessage() {
  const chat = openMemoryApplication();
  await openConsultation(chat.application, { expiresAt: chat.time.clock.now() + DAY_MS });
  await say(chat.application, { consultationId, sender: 'user', content: 'One', clientMessageId: null });
  return chat;
}

test('who has not said who they are says it with the mark, or by how they joined', async () => {
  const chat = await oneMessage();
  const device = chat.connect('device');
  const mark = { consultationId, seq: 1, sender: null };

  expect(await device.markRead(mark)).toMatchObject({ code: 'request.invalid', field: 'sender' });
  await device.join({ consultationId, sender: null, after: null });
  expect(await device.markRead(mark)).toMatchObject({ code: 'request.invalid', field: 'sender' });
  const doctor = chat.connect('doctor');
  await doctor.join({ consultationId, sender: 'doctor', after: null });
  expect(await doctor.markRead(mark)).toEqual({ outcome: 'marked', seq: 1 });
  expect(chat.log.stream(`consultation:${consultationId}`).at(-1)).toMatchObject({
    actor: { kind: 'doctor', id: 'doctor-1' },
    event: { type: 'MessagesRead', data: { reader: 'doctor', seq: 1 } },
  });
});

test('a mark that does not rise is answered with where it stands, and nothing is stored', async () => {
  const chat = await oneMessage();
  const device = chat.connect('device');
  const mark = { consultationId, seq: 1, sender: 'doctor' } as const;
  await device.markRead(mark);
  const stored = chat.log.all().length;

  expect(await device.markRead({ ...mark, seq: 0 })).toEqual({ outcome: 'marked', seq: 1 });
  expect(await device.markRead(mark)).toEqual({ outcome: 'marked', seq: 1 });
  expect(chat.log.all()).toHaveLength(stored);
});

test('a mark beyond the last message, or in no consultation, is refused', async () => {
  const chat = await oneMessage();
  const device = chat.connect('device');

  expect(await device.markRead({ consultationId, seq: 2, sender: 'doctor' })).toMatchObject({
    code: 'request.invalid',
    field: 'seq',
  });
  expect(await device.markRead({ consultationId: 'nowhere', seq: 1, sender: 'doctor' })).toMatchObject({
    code: 'consultation.not_found',
  });
});

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

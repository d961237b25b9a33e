import { expect, test } from 'vitest';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { createGroupCommit } from '../../../../src/adapters/prisma/append/group-commit.js';
import { MAX_EXPIRING_AT_ONCE } from '../../../../src/application/administration/expire-consultations.js';
import type { EventStore } from '../../../../src/application/ports/event-store.js';
import { HOUR_MS } from '../../../../src/domain/instant.js';
import { openConsultation, say } from '../../../support/clinic.js';
import { openMemoryApplication } from '../../../support/memory-application.js';

const DUE = 2_000;

test('a message that is sent while thousands expire waits behind one batch of them at the most', async () => {
  const batches: (readonly string[])[] = [];
  let sending: Promise<unknown> | null = null;
  let batchWhenSent = 0;
  let send = (): Promise<unknown> => Promise.resolve();
  const clinic = openMemoryApplication({
    decorate: ({ eventStore }) => {
      const append = createGroupCommit(async (batch) => {
        const queued = batch.flatMap((chain) => chain.queued);
        batches.push(queued.map(({ append: { request } }) => request.events[0].type));
        // In the midst of the sweep, with a full batch of it on its way.
        if (sending === null && queued.length === MAX_EXPIRING_AT_ONCE) {
          batchWhenSent = batches.length;
          sending = send();
          await new Promise((resolve) => setImmediate(resolve));
        }
        for (const one of queued) one.resolve(await eventStore.append(one.append.request));
        return 'answered';
      }, createRecordingMetrics());
      return { eventStore: { ...eventStore, append: append as EventStore['append'] } };
    },
  });
  const expiresAt = clinic.time.clock.now() + HOUR_MS;
  for (let number = 1; number <= DUE; number += 1) {
    await openConsultation(clinic.application, { consultationId: `due-${number}`, expiresAt });
  }
  await openConsultation(clinic.application, { consultationId: 'open', expiresAt: expiresAt + HOUR_MS });
  send = () =>
    say(clinic.application, {
      consultationId: 'open',
      sender: 'user',
      content: 'Are you there?',
      clientMessageId: null,
    });
  await clinic.time.advance(HOUR_MS);
  batches.length = 0;

  expect(await clinic.application.jobs.expireConsultations()).toBe(DUE);

  expect(await sending).toMatchObject({ outcome: 'accepted' });
  const sentIn = batches.findIndex((types) => types.includes('MessageSent'));
  // Batches are counted from one when it is sent: this is the very next one.
  expect(sentIn).toBe(batchWhenSent);
  for (const types of batches) expect(types.length).toBeLessThanOrEqual(MAX_EXPIRING_AT_ONCE + 1);
});

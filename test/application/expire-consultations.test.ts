import { describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../src/domain/instant.js';
import { ADMIN, ANYONE, openConsultation } from '../support/clinic.js';
import { type MemoryApplicationOptions, openMemoryApplication } from '../support/memory-application.js';

async function openClinic(consultations: number, options: MemoryApplicationOptions = {}) {
  const clinic = openMemoryApplication(options);
  const expiresAt = clinic.time.clock.now() + HOUR_MS;
  for (let number = 1; number <= consultations; number += 1) {
    await openConsultation(clinic.application, { consultationId: `consultation-${number}`, expiresAt });
  }
  const statusOf = (id: string) => clinic.log.consultation(id).state.status;
  return { ...clinic, expiresAt, statusOf };
}

describe('the expiry sweep', () => {
  test('deactivates what ran out, though nobody is connected, as an event in the stream', async () => {
    const clinic = await openClinic(1);
    await clinic.time.advance(HOUR_MS);
    expect(await clinic.application.expireConsultations()).toBe(1);
    expect(clinic.log.stream('consultation:consultation-1').at(-1)).toMatchObject({
      event: { type: 'ConsultationExpired', data: { consultationId: 'consultation-1' } },
      actor: { kind: 'system', id: 'expiry-sweep' },
      occurredAt: clinic.expiresAt,
    });
    expect(clinic.logger.entries).toMatchObject([
      { level: 'info', event: 'consultation.expired', fields: { consultationId: 'consultation-1' } },
    ]);
  });

  test('leaves alone what has a millisecond left', async () => {
    const clinic = await openClinic(1);
    await clinic.time.advance(HOUR_MS - 1);
    expect(await clinic.application.expireConsultations()).toBe(0);
    expect(clinic.statusOf('consultation-1')).toBe('open');
  });

  test('does it once', async () => {
    const clinic = await openClinic(1);
    await clinic.time.advance(HOUR_MS);
    await clinic.application.expireConsultations();
    expect(await clinic.application.expireConsultations()).toBe(0);
    expect(clinic.log.stream('consultation:consultation-1')).toHaveLength(2);
  });

  test('tells both parties', async () => {
    const clinic = await openClinic(1);
    for (const sender of ['user', 'doctor'] as const) {
      clinic.connect(sender);
      await clinic.application.joinConsultation(ANYONE, {
        connectionId: sender,
        consultationId: 'consultation-1',
        sender,
        after: null,
      });
      clinic.broadcaster.take(sender);
    }
    await clinic.time.advance(HOUR_MS);
    await clinic.application.expireConsultations();
    for (const sender of ['user', 'doctor']) {
      const updates = clinic.broadcaster.inbox(sender).filter(({ type }) => type === 'consultation_updated');
      expect(updates).toMatchObject([
        { consultation: { consultationId: 'consultation-1', status: 'expired' } },
      ]);
    }
  });

  test('leaves alone what is extended, ended or reopened between the look and the deed', async () => {
    let meanwhile: () => Promise<unknown> = async () => {};
    const clinic = await openClinic(3, {
      decorate: ({ queries }) => ({
        queries: {
          dueForExpiry: async (now, limit) => {
            const due = await queries.dueForExpiry(now, limit);
            await meanwhile();
            meanwhile = async () => {};
            return due;
          },
        },
      }),
    });
    const { application, time, expiresAt } = clinic;
    await time.advance(HOUR_MS);
    meanwhile = async () => {
      await application.reopenConsultation(ADMIN, 'consultation-1', expiresAt + HOUR_MS);
    };
    expect(await application.expireConsultations()).toBe(2);
    expect(clinic.statusOf('consultation-1')).toBe('open');
    expect(clinic.statusOf('consultation-2')).toBe('expired');
  });

  test('does not count what had been extended in time', async () => {
    const { application, time, expiresAt, statusOf } = await openClinic(1);
    await application.extendConsultation(ADMIN, 'consultation-1', { expiresAt: expiresAt + 1 });
    await time.advance(HOUR_MS);
    expect(await application.expireConsultations()).toBe(0);
    await time.advance(1);
    expect(await application.expireConsultations()).toBe(1);
    expect(statusOf('consultation-1')).toBe('expired');
  });

  test('gets through more than a page', async () => {
    const clinic = await openClinic(450);
    await clinic.time.advance(HOUR_MS);
    expect(await clinic.application.expireConsultations()).toBe(450);
    expect(await clinic.ports.queries.dueForExpiry(clinic.time.clock.now(), 1)).toEqual([]);
  });

  test('ends when nothing that is due can be expired', async () => {
    const clinic = await openClinic(0, {
      decorate: () => ({
        queries: {
          dueForExpiry: async (_now, limit) => Array.from({ length: limit }, (_, n) => `nowhere-${n}`),
        },
      }),
    });
    expect(await clinic.application.expireConsultations()).toBe(0);
  });

  test('goes on with the others when one cannot be expired', async () => {
    const clinic = await openClinic(3, {
      decorate: ({ eventStore }) => ({
        eventStore: {
          ...eventStore,
          append: (request) =>
            request.streamId === 'consultation:consultation-1' && request.expectedVersion > 0
              ? Promise.reject(new Error('cannot be stored'))
              : eventStore.append(request),
        },
      }),
    });
    await clinic.time.advance(HOUR_MS);
    expect(await clinic.application.expireConsultations()).toBe(2);
    expect(clinic.statusOf('consultation-2')).toBe('expired');
    expect(clinic.statusOf('consultation-3')).toBe('expired');
    expect(clinic.logger.entries).toContainEqual(
      expect.objectContaining({ event: 'expiry.failed', fields: { consultationId: 'consultation-1' } }),
    );
  });

  test('gives up when none can be expired, and does it the next time', async () => {
    let attempts = 0;
    let isDown = false;
    const clinic = await openClinic(20, {
      decorate: ({ eventStore }) => ({
        eventStore: {
          ...eventStore,
          append: (request) => {
            if (!isDown) return eventStore.append(request);
            attempts += 1;
            return Promise.reject(new Error('no database'));
          },
        },
      }),
    });
    await clinic.time.advance(HOUR_MS);
    isDown = true;
    await expect(clinic.application.expireConsultations()).rejects.toThrow('no database');
    expect(attempts).toBe(5);
    isDown = false;
    expect(await clinic.application.expireConsultations()).toBe(20);
  });
});

import { describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../../src/domain/instant.js';
import { ADMIN, openConsultation } from '../../support/clinic.js';
import { type MemoryApplicationOptions, openMemoryApplication } from '../../support/memory-application.js';

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
    expect(await clinic.application.jobs.expireConsultations()).toBe(1);
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
    expect(await clinic.application.jobs.expireConsultations()).toBe(0);
    expect(clinic.statusOf('consultation-1')).toBe('open');
  });

  test('does it once', async () => {
    const clinic = await openClinic(1);
    await clinic.time.advance(HOUR_MS);
    await clinic.application.jobs.expireConsultations();
    expect(await clinic.application.jobs.expireConsultations()).toBe(0);
    expect(clinic.log.stream('consultation:consultation-1')).toHaveLength(2);
  });

  test('tells both parties', async () => {
    const clinic = await openClinic(1);
    for (const sender of ['user', 'doctor'] as const) {
      clinic.connect(sender);
      await clinic.session(sender).join({ consultationId: 'consultation-1', sender, after: null });
      clinic.broadcaster.take(sender);
    }
    await clinic.time.advance(HOUR_MS);
    await clinic.application.jobs.expireConsultations();
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
          ...queries,
          dueForExpiry: async (now, limit, after) => {
            const due = await queries.dueForExpiry(now, limit, after);
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
      await application.administration.reopenConsultation(ADMIN, 'consultation-1', expiresAt + HOUR_MS);
    };
    expect(await application.jobs.expireConsultations()).toBe(2);
    expect(clinic.statusOf('consultation-1')).toBe('open');
    expect(clinic.statusOf('consultation-2')).toBe('expired');
  });

  test('does not count what had been extended in time', async () => {
    const { application, time, expiresAt, statusOf } = await openClinic(1);
    await application.administration.extendConsultation(ADMIN, 'consultation-1', {
      expiresAt: expiresAt + 1,
    });
    await time.advance(HOUR_MS);
    expect(await application.jobs.expireConsultations()).toBe(0);
    await time.advance(1);
    expect(await application.jobs.expireConsultations()).toBe(1);
    expect(statusOf('consultation-1')).toBe('expired');
  });

  test('gets through more than a page', async () => {
    const clinic = await openClinic(450);
    await clinic.time.advance(HOUR_MS);
    expect(await clinic.application.jobs.expireConsultations()).toBe(450);
    expect(await clinic.ports.queries.dueForExpiry(clinic.time.clock.now(), 1, null)).toEqual([]);
  });

  test('ends when nothing that is due can be expired', async () => {
    const clinic = await openClinic(0, {
      decorate: ({ queries }) => ({
        queries: {
          ...queries,
          dueForExpiry: async (now, limit) =>
            Array.from({ length: limit }, (_, n) => ({ consultationId: `nowhere-${n}`, expiresAt: now })),
        },
      }),
    });
    expect(await clinic.application.jobs.expireConsultations()).toBe(0);
  });

  test('does not count what memory holds to be over, nor ask for it again and again', async () => {
    let looks = 0;
    const clinic = await openClinic(3, {
      decorate: ({ queries }) => ({
        queries: {
          ...queries,
          // The database says open and due, whatever happens: as after a manual change of its rows.
          dueForExpiry: async (now, limit, after) => {
            looks += 1;
            const stuck = Array.from({ length: limit }, (_, n) => `consultation-${(n % 3) + 1}`);
            const due = stuck.map((consultationId) => ({ consultationId, expiresAt: now }));
            return looks < 1_000 ? due : queries.dueForExpiry(now, limit, after);
          },
        },
      }),
    });
    for (const id of ['consultation-1', 'consultation-2', 'consultation-3']) {
      await clinic.application.administration.endConsultation(ADMIN, id);
    }
    expect(await clinic.application.jobs.expireConsultations()).toBe(0);
    expect(looks).toBeLessThan(20);
    expect(clinic.logger.entries).toEqual([]);
    await clinic.application.jobs.expireConsultations();
    await clinic.application.jobs.expireConsultations();
    const told = clinic.logger.entries.filter(({ event }) => event === 'expiry.stuck');
    expect(told.map(({ fields }) => fields?.['consultationId']).sort()).toEqual([
      'consultation-1',
      'consultation-2',
      'consultation-3',
    ]);
    expect(clinic.logger.entries).toHaveLength(told.length);
  });

  test('heals memory that holds something to be over which is open and due', async () => {
    // A second writer, or a restored backup: this one's memory is wrong, and nothing has told it.
    const clinic = await openClinic(2);
    await clinic.application.administration.endConsultation(ADMIN, 'consultation-1');
    const other = openMemoryApplication({ log: clinic.log, time: clinic.time });
    const expiresAt = clinic.expiresAt + HOUR_MS;
    await other.application.administration.reopenConsultation(ADMIN, 'consultation-1', expiresAt);
    await clinic.time.advance(2 * HOUR_MS);
    expect(await clinic.application.jobs.expireConsultations()).toBe(2);
    expect(clinic.statusOf('consultation-1')).toBe('expired');
    expect(clinic.logger.entries.map(({ event }) => event)).toEqual([
      'consultation.expired',
      'consultation.expired',
    ]);
    expect(await clinic.application.jobs.expireConsultations()).toBe(0);
  });

  test('gets to those behind a page of ones that cannot be expired', async () => {
    const stuck = new Set(Array.from({ length: 300 }, (_, n) => `consultation:consultation-${n + 1}`));
    const clinic = await openClinic(310, {
      decorate: ({ eventStore, queries }) => ({
        queries: {
          ...queries,
          // Over for the stream, open and due for the rows.
          dueForExpiry: async (now, limit, after) => {
            const all = [...stuck].map((id) => ({ consultationId: id.slice(13), expiresAt: 0 }));
            const from = all.findIndex(({ consultationId }) => consultationId === after?.consultationId) + 1;
            const isAmongStuck = after === null || stuck.has(`consultation:${after.consultationId}`);
            const page = isAmongStuck ? all.slice(from, from + limit) : [];
            const rest = limit - page.length;
            const behind = isAmongStuck ? null : after;
            return rest === 0 ? page : [...page, ...(await queries.dueForExpiry(now, rest, behind))];
          },
        },
        eventStore,
      }),
    });
    for (const id of stuck) await clinic.application.administration.endConsultation(ADMIN, id.slice(13));
    await clinic.time.advance(HOUR_MS);
    expect(await clinic.application.jobs.expireConsultations()).toBe(10);
  });

  test('leaves the store to people while too much waits for it', async () => {
    let attempts = 0;
    let isFull = false;
    const clinic = await openClinic(600, {
      decorate: ({ eventStore }) => ({
        eventStore: {
          ...eventStore,
          append: (request) => {
            if (!isFull) return eventStore.append(request);
            attempts += 1;
            return Promise.resolve({ outcome: 'overloaded', retryAfterMs: 1_000 });
          },
        },
      }),
    });
    await clinic.time.advance(HOUR_MS);
    isFull = true;
    expect(await clinic.application.jobs.expireConsultations()).toBe(0);
    expect(attempts).toBe(5);
    isFull = false;
    expect(await clinic.application.jobs.expireConsultations()).toBe(600);
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
    expect(await clinic.application.jobs.expireConsultations()).toBe(2);
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
    await expect(clinic.application.jobs.expireConsultations()).rejects.toThrow('no database');
    expect(attempts).toBe(5);
    isDown = false;
    expect(await clinic.application.jobs.expireConsultations()).toBe(20);
  });
});

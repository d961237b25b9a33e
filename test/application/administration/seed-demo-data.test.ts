import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMemoryLog } from '../../../src/adapters/memory/memory-log.js';
import { createVirtualTime } from '../../../src/adapters/memory/virtual-time.js';
import type { Application } from '../../../src/application/application.js';
import { createConsultationHandler } from '../../../src/application/streams/stream-handlers.js';
import { decide } from '../../../src/domain/consultation/consultation.js';
import { DAY_MS, HOUR_MS, type Instant } from '../../../src/domain/instant.js';
import { ADMIN, ADMIN_ACTOR, say } from '../../support/clinic.js';
import { type MemoryApplication, openMemoryApplication } from '../../support/memory-application.js';

const MONDAY = Date.parse('2026-03-02T10:00:00.000Z');

/** A server that is started again and again on the same data, as time goes by. */
function openDemo(startAt: Instant = MONDAY) {
  const log = createMemoryLog();
  const time = createVirtualTime(startAt);
  let running: MemoryApplication | undefined;
  return {
    time,
    start: async (): Promise<Application> => {
      running = openMemoryApplication({ log, time });
      await running.application.jobs.seedDemoData();
      return running.application;
    },
    /** As the sweep of another server does with one. */
    expire: (consultationId: string) =>
      running &&
      createConsultationHandler({ ...running.ports, tellStored: () => {}, tellDoubt: () => {} }).handle({
        id: consultationId,
        actor: ADMIN_ACTOR,
        decide: (state, now) => decide({ type: 'ExpireConsultation', now }, state),
      }),
  };
}

async function sendTo(application: Application, consultationId: string) {
  return say(application, {
    consultationId,
    sender: 'user',
    content: 'Hello',
    clientMessageId: null,
  });
}

async function statesOf(application: Application) {
  const ids = ['123', '456', 'inactive', 'expired', 'off-hours'].map((name) => `consultation-${name}`);
  const answers = await Promise.all(ids.map((id) => sendTo(application, id)));
  return answers.map((answer) => (answer.outcome === 'refused' ? answer.code : answer.outcome));
}

const AS_PROMISED = [
  'accepted',
  'accepted',
  'consultation.inactive',
  'consultation.expired',
  'doctor.unavailable',
];

async function nextOpening(application: Application): Promise<string> {
  const answer = await sendTo(application, 'consultation-off-hours');
  if (answer.outcome !== 'refused' || typeof answer.nextOpeningAt !== 'number') throw new Error('it is open');
  return new Date(answer.nextOpeningAt).toISOString();
}

test('a first start lays what is promised', async () => {
  const demo = openDemo();
  const application = await demo.start();
  expect(await statesOf(application)).toEqual(AS_PROMISED);
  expect(await nextOpening(application)).toBe('2026-03-05T00:00:00.000Z');
});

test('none ran out before it was opened, at whatever hour the server starts, and starts again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: DAY_MS }),
      fc.array(fc.integer({ min: 0, max: 3 * DAY_MS }), { maxLength: 2 }),
      async (hour, pauses) => {
        const demo = openDemo(MONDAY + hour);
        let application = await demo.start();
        for (const pause of [0, ...pauses]) {
          await demo.time.advance(pause);
          if (pause > 0) application = await demo.start();
          const listed = await application.administration.consultations(
            ADMIN,
            { patientId: null, doctorId: null, status: null },
            { limit: 10, after: null },
          );
          if (!('items' in listed)) throw new Error('there is no list');
          expect(listed.items).toHaveLength(5);
          for (const { value } of listed.items)
            expect(value.expiresAt - value.openedAt, value.consultationId).toBeGreaterThanOrEqual(DAY_MS);
        }
      },
    ),
    { numRuns: 10 },
  );
});

test('the doctor who is off duty is on duty on the weekday three days after the start, the latest one', async () => {
  const demo = openDemo();
  await demo.start();
  await demo.time.advance(3 * DAY_MS);
  const application = await demo.start();
  expect(await nextOpening(application)).toBe('2026-03-08T00:00:00.000Z');
  await demo.time.advance(3 * DAY_MS - 12 * HOUR_MS);
  expect((await sendTo(await demo.start(), 'consultation-off-hours')).outcome).toBe('refused');
});

test('on that weekday the doctor is there from the first minute to the last', async () => {
  const demo = openDemo();
  const application = await demo.start();
  await demo.time.advance(DAY_MS - 1);
  await application.administration.extendConsultation(ADMIN, 'consultation-off-hours', {
    expiresAt: MONDAY + 10 * DAY_MS,
  });
  await demo.time.advance(Date.parse('2026-03-04T23:59:59.999Z') - MONDAY - DAY_MS + 1);
  expect((await sendTo(application, 'consultation-off-hours')).outcome).toBe('refused');
  await demo.time.advance(1);
  expect((await sendTo(application, 'consultation-off-hours')).outcome).toBe('accepted');
  await demo.time.advance(DAY_MS - 1);
  expect((await sendTo(application, 'consultation-off-hours')).outcome).toBe('accepted');
  await demo.time.advance(1);
  expect((await sendTo(application, 'consultation-off-hours')).outcome).toBe('refused');
});

test('what is open stays so for a day from each start, to the millisecond', async () => {
  const demo = openDemo();
  await demo.start();
  await demo.time.advance(5 * HOUR_MS);
  const application = await demo.start();
  await demo.time.advance(DAY_MS - 1);
  expect((await sendTo(application, 'consultation-123')).outcome).toBe('accepted');
  await demo.time.advance(1);
  expect(await sendTo(application, 'consultation-123')).toMatchObject({ code: 'consultation.expired' });
});

describe('whatever happened since', () => {
  const meddling = fc.record({
    pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 * DAY_MS })),
    /** Consultations that are done something to. */
    victims: fc.subarray(['123', '456', 'inactive', 'expired', 'off-hours']),
    deed: fc.constantFrom('end', 'reopen', 'extend', 'expire', 'sweep'),
    /** Whether the doctors' schedules are emptied. */
    schedules: fc.boolean(),
  });

  test('each start brings the table back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(meddling, { minLength: 1, maxLength: 3 }), async (history) => {
        const demo = openDemo();
        let application = await demo.start();
        for (const { pauseMs, victims, deed, schedules } of history) {
          await demo.time.advance(pauseMs);
          for (const victim of victims) await meddle(demo, application, `consultation-${victim}`, deed);
          if (schedules) await emptySchedules(application);
          application = await demo.start();
          expect(await statesOf(application)).toEqual(AS_PROMISED);
          const dutyDay = new Date(demo.time.clock.now() + 3 * DAY_MS).toISOString().slice(0, 10);
          expect(await nextOpening(application)).toBe(`${dutyDay}T00:00:00.000Z`);
        }
      }),
      // A start is a whole application: some 50 ms.
      { numRuns: 20 },
    );
  });

  async function emptySchedules(application: Application): Promise<void> {
    for (const doctorId of ['doctor-1', 'doctor-2']) {
      await application.administration.setSchedule(ADMIN, doctorId, { timeZone: 'Asia/Tokyo', windows: [] });
    }
  }

  async function meddle(
    demo: ReturnType<typeof openDemo>,
    application: Application,
    id: string,
    deed: string,
  ): Promise<void> {
    const far = MONDAY + 1_000 * DAY_MS;
    if (deed === 'end') await application.administration.endConsultation(ADMIN, id);
    if (deed === 'reopen') await application.administration.reopenConsultation(ADMIN, id, far);
    if (deed === 'extend') await application.administration.extendConsultation(ADMIN, id, { expiresAt: far });
    if (deed === 'expire') await demo.expire(id);
    if (deed === 'sweep') await application.jobs.expireConsultations();
  }
});

test('a day that somebody closed in the meantime is a day like every other at the next start', async () => {
  const demo = openDemo();
  const first = await demo.start();
  await first.administration.setDateOverride(ADMIN, 'doctor-1', { date: '2026-03-02', windows: [] });
  expect((await statesOf(first))[0]).toBe('doctor.unavailable');
  expect(await statesOf(await demo.start())).toEqual(AS_PROMISED);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/domain/instant.js';
import { ADMIN, daily, openConsultation, ROUND_THE_CLOCK, say } from '../../support/clinic.js';
import { type MemoryApplication, openMemoryApplication } from '../../support/memory-application.js';

const TICK_MS = MINUTE_MS;

interface Notice {
  readonly at: string;
  readonly type: string;
  readonly nextOpeningAt?: string | null;
}

/** A patient waits in `consultation-1`; the notices that reach them are noted with the time of the clock. */
async function waitingRoom(
  startAt: string,
  windows = daily('09:00', '17:00'),
  timeZone = 'UTC',
): Promise<
  MemoryApplication & {
    notices: Notice[];
    startTicker(): void;
    failNextAnswer(): void;
    onNextRead(act: () => void): void;
  }
> {
  const notices: Notice[] = [];
  let isAnswerLost = false;
  let duringNextRead = (): void => {};
  const chat = openMemoryApplication({
    startAt,
    decorate: ({ broadcaster, clock, eventStore, history }) => ({
      history: {
        ...history,
        after: async (...page) => {
          duringNextRead();
          duringNextRead = () => {};
          return history.after(...page);
        },
      },
      eventStore: {
        ...eventStore,
        append: async (request) => {
          const outcome = await eventStore.append(request);
          if (isAnswerLost) throw new Error('the answer was lost');
          return outcome;
        },
      },
      broadcaster: {
        ...broadcaster,
        publish: (consultationId, notification, except) => {
          const at = new Date(clock.now()).toISOString();
          if (notification.type === 'doctor_ready') notices.push({ at, type: 'ready' });
          if (notification.type === 'doctor_away') {
            const { nextOpeningAt } = notification;
            const next = nextOpeningAt === null ? null : new Date(nextOpeningAt).toISOString();
            notices.push({ at, type: 'away', nextOpeningAt: next });
          }
          broadcaster.publish(consultationId, notification, except);
        },
      },
    }),
  });
  const { application, time } = chat;
  await openConsultation(application, { windows, timeZone, expiresAt: time.clock.now() + 30 * DAY_MS });
  await chat.connect('patient').join({
    consultationId: 'consultation-1',
    sender: 'user',
    after: null,
  });
  const startTicker = (): void => {
    time.scheduler.every(TICK_MS, { name: 'tick', run: application.jobs.announceAvailability });
  };
  const failNextAnswer = (): void => {
    isAnswerLost = true;
  };
  const onNextRead = (act: () => void): void => {
    duringNextRead = act;
  };
  return { ...chat, notices, startTicker, failNextAnswer, onNextRead };
}

it('a failure to tell of one doctor keeps no other from being announced', async () => {
  const told: string[] = [];
  let fails = false;
  const chat = openMemoryApplication({
    startAt: '2026-03-02T10:00:00.000Z',
    decorate: ({ broadcaster }) => ({
      broadcaster: {
        ...broadcaster,
        publish: (consultationId, notification, except) => {
          if (fails && consultationId === 'consultation-1') throw new Error('cannot be told');
          told.push(`${consultationId} ${notification.type}`);
          broadcaster.publish(consultationId, notification, except);
        },
      },
    }),
  });
  const { application, time, logger } = chat;
  const expiresAt = time.clock.now() + DAY_MS;
  await openConsultation(application, { windows: ROUND_THE_CLOCK, expiresAt });
  await openConsultation(application, {
    consultationId: 'consultation-2',
    doctorId: 'doctor-2',
    patientId: 'patient-2',
    windows: ROUND_THE_CLOCK,
    expiresAt,
  });
  for (const consultationId of ['consultation-1', 'consultation-2']) {
    await chat.connect(`at-${consultationId}`).join({ consultationId, sender: 'user', after: null });
  }
  fails = true;
  told.length = 0;
  await application.jobs.announceAvailability();
  expect(told).toEqual(['consultation-2 doctor_ready']);
  expect(logger.entries).toContainEqual(
    expect.objectContaining({ event: 'availability.failed', fields: { doctorId: 'doctor-1' } }),
  );
});

describe('availability notices', () => {
  it('announce the opening and the closing to the millisecond, without any tick', async () => {
    const { time, notices } = await waitingRoom('2026-03-02T08:59:30.500Z');
    await time.advance(DAY_MS);
    expect(notices).toEqual([
      { at: '2026-03-02T09:00:00.000Z', type: 'ready' },
      { at: '2026-03-02T17:01:00.000Z', type: 'away', nextOpeningAt: '2026-03-03T09:00:00.000Z' },
    ]);
  });

  it('repeat doctor_ready on each tick while open, and nothing while closed', async () => {
    const { time, notices, startTicker } = await waitingRoom('2026-03-02T16:58:20.000Z');
    startTicker();
    await time.advance(10 * MINUTE_MS);
    expect(notices).toEqual([
      { at: '2026-03-02T16:59:20.000Z', type: 'ready' },
      { at: '2026-03-02T17:00:20.000Z', type: 'ready' },
      { at: '2026-03-02T17:01:00.000Z', type: 'away', nextOpeningAt: '2026-03-03T09:00:00.000Z' },
    ]);
  });

  it('announce an edge once when the tick falls on the same moment', async () => {
    const { time, notices, startTicker } = await waitingRoom('2026-03-02T08:58:00.000Z');
    startTicker();
    await time.advance(3 * MINUTE_MS + 30 * SECOND_MS);
    expect(notices.map(({ at }) => at)).toEqual(['2026-03-02T09:00:00.000Z', '2026-03-02T09:01:00.000Z']);
  });

  it('find, by the tick and once, an edge that the clock was set over', async () => {
    const { time, notices, startTicker } = await waitingRoom('2026-03-02T10:00:30.000Z');
    startTicker();
    time.stepClock(8 * HOUR_MS);
    await time.advance(5 * MINUTE_MS);
    expect(notices).toEqual([
      { at: '2026-03-02T18:01:30.000Z', type: 'away', nextOpeningAt: '2026-03-03T09:00:00.000Z' },
    ]);
  });

  it('are taken back when the clock is set back to a closed time, and announce that day again', async () => {
    const { time, notices, startTicker } = await waitingRoom('2026-03-02T09:30:30.000Z');
    startTicker();
    time.stepClock(-HOUR_MS);
    await time.advance(30 * MINUTE_MS);
    expect(notices.slice(0, 2)).toEqual([
      { at: '2026-03-02T08:31:30.000Z', type: 'away', nextOpeningAt: '2026-03-02T09:00:00.000Z' },
      { at: '2026-03-02T09:00:00.000Z', type: 'ready' },
    ]);
  });

  it('do not trust a timer that fires early', async () => {
    const { time, notices } = await waitingRoom('2026-03-02T08:00:00.000Z');
    time.stepClock(-30 * MINUTE_MS);
    await time.advance(2 * HOUR_MS);
    expect(notices).toEqual([{ at: '2026-03-02T09:00:00.000Z', type: 'ready' }]);
  });

  it('announce at once a schedule change that opens or closes the schedule now', async () => {
    const { application, time, notices } = await waitingRoom('2026-03-02T20:00:00.000Z');
    await application.administration.setSchedule(ADMIN, 'doctor-1', { windows: ROUND_THE_CLOCK });
    await time.advance(SECOND_MS);
    await application.administration.setDateOverride(ADMIN, 'doctor-1', { date: '2026-03-02', windows: [] });
    await time.advance(SECOND_MS);
    await application.administration.setSchedule(ADMIN, 'doctor-1', { timeZone: 'Asia/Tokyo' });
    expect(notices).toEqual([
      { at: '2026-03-02T20:00:00.000Z', type: 'ready' },
      { at: '2026-03-02T20:00:01.000Z', type: 'away', nextOpeningAt: '2026-03-03T00:00:00.000Z' },
      { at: '2026-03-02T20:00:02.000Z', type: 'ready' },
    ]);
  });

  it('move the next edge when the schedule changes without opening or closing now', async () => {
    const { application, time, notices } = await waitingRoom('2026-03-02T08:00:00.000Z');
    await application.administration.setSchedule(ADMIN, 'doctor-1', { windows: daily('08:30', '17:00') });
    await time.advance(HOUR_MS);
    expect(notices).toEqual([
      { at: '2026-03-02T08:00:00.000Z', type: 'away', nextOpeningAt: '2026-03-02T08:30:00.000Z' },
      { at: '2026-03-02T08:30:00.000Z', type: 'ready' },
    ]);
  });

  it('repeat at once that the doctor is on duty when a new schedule moves the end of the duty, and only then', async () => {
    const { application, time, notices } = await waitingRoom('2026-03-02T10:00:00.000Z');
    const change = (...window: Parameters<typeof daily>) =>
      application.administration.setSchedule(ADMIN, 'doctor-1', { windows: daily(...window) });
    await change('09:00', '12:00');
    await time.advance(SECOND_MS);
    await change('08:00', '12:00');
    await time.advance(3 * HOUR_MS);
    expect(notices).toEqual([
      { at: '2026-03-02T10:00:00.000Z', type: 'ready' },
      { at: '2026-03-02T12:01:00.000Z', type: 'away', nextOpeningAt: '2026-03-03T08:00:00.000Z' },
    ]);
  });

  it('come on time again from the first tick after the clock was set forward', async () => {
    const { time, notices, startTicker } = await waitingRoom('2026-03-02T10:00:30.000Z');
    startTicker();
    time.stepClock(6 * HOUR_MS);
    await time.advance(2 * HOUR_MS);
    expect(notices.at(-1)).toEqual({
      at: '2026-03-02T17:01:00.000Z',
      type: 'away',
      nextOpeningAt: '2026-03-03T09:00:00.000Z',
    });
  });

  it('know a schedule that was changed while somebody joined by a slow read', async () => {
    let changeNow: () => Promise<unknown> = async () => {};
    const chat = openMemoryApplication({
      startAt: '2026-03-02T08:00:00.000Z',
      decorate: ({ stateReader }) => ({
        stateReader: {
          ...stateReader,
          context: async (...key) => {
            const context = await stateReader.context(...key);
            await changeNow();
            return context;
          },
        },
      }),
    });
    const { time, log, broadcaster } = chat;
    const first = openMemoryApplication({ log, time }).application;
    await openConsultation(first, { windows: daily('09:00', '17:00'), expiresAt: time.clock.now() + DAY_MS });
    chat.connect('patient');
    changeNow = () =>
      chat.application.administration.setSchedule(ADMIN, 'doctor-1', { windows: daily('08:30', '17:00') });
    await chat.session('patient').join({
      consultationId: 'consultation-1',
      sender: 'user',
      after: null,
    });
    await time.advance(30 * MINUTE_MS);
    expect(broadcaster.inbox('patient').map(({ type }) => type)).toEqual(['doctor_ready']);
  });

  it('look up the next edge again when a tick finds another schedule', async () => {
    const { application, time, notices, startTicker, failNextAnswer } =
      await waitingRoom('2026-03-02T07:00:20.000Z');
    startTicker();
    failNextAnswer();
    await expect(
      application.administration.setSchedule(ADMIN, 'doctor-1', { windows: daily('08:30', '17:00') }),
    ).rejects.toThrow('the answer was lost');
    await time.advance(90 * MINUTE_MS);
    expect(notices.slice(0, 2)).toEqual([
      { at: '2026-03-02T07:01:20.000Z', type: 'away', nextOpeningAt: '2026-03-02T08:30:00.000Z' },
      { at: '2026-03-02T08:30:00.000Z', type: 'ready' },
    ]);
  });

  it('come at once when somebody who joins finds another schedule', async () => {
    const { application, time, notices, connect, failNextAnswer } =
      await waitingRoom('2026-03-02T08:00:00.000Z');
    failNextAnswer();
    await expect(
      application.administration.setSchedule(ADMIN, 'doctor-1', { windows: ROUND_THE_CLOCK }),
    ).rejects.toThrow('the answer was lost');
    await connect('doctor').join({
      consultationId: 'consultation-1',
      sender: 'doctor',
      after: null,
    });
    await time.advance(SECOND_MS);
    expect(notices.map(({ type }) => type)).toEqual(['ready']);
  });

  it('tell those who wait when a changed schedule will open', async () => {
    const { application, notices } = await waitingRoom('2026-03-02T18:00:00.000Z');
    const change = (...window: Parameters<typeof daily>) =>
      application.administration.setSchedule(ADMIN, 'doctor-1', { windows: daily(...window) });
    await change('11:30', '17:00');
    await change('11:30', '16:00');
    await change('18:00', '17:00');
    expect(notices).toEqual([
      { at: '2026-03-02T18:00:00.000Z', type: 'away', nextOpeningAt: '2026-03-03T11:30:00.000Z' },
      { at: '2026-03-02T18:00:00.000Z', type: 'ready' },
    ]);
  });

  it('tell the same when somebody who joins finds the changed schedule', async () => {
    const { application, time, notices, connect, failNextAnswer } =
      await waitingRoom('2026-03-02T08:00:00.000Z');
    failNextAnswer();
    await expect(
      application.administration.setSchedule(ADMIN, 'doctor-1', { windows: daily('12:00', '17:00') }),
    ).rejects.toThrow('the answer was lost');
    await connect('doctor').join({ consultationId: 'consultation-1', sender: 'doctor', after: null });
    await time.advance(SECOND_MS);
    expect(notices).toMatchObject([{ type: 'away', nextOpeningAt: '2026-03-02T12:00:00.000Z' }]);
  });

  it('follow the wall clock over daylight saving', async () => {
    const { time, notices } = await waitingRoom(
      '2026-03-28T07:59:00.000Z',
      daily('09:00', '09:59'),
      'Europe/Berlin',
    );
    await time.advance(DAY_MS);
    expect(notices.map(({ at, type }) => `${at} ${type}`)).toEqual([
      '2026-03-28T08:00:00.000Z ready',
      '2026-03-28T09:00:00.000Z away',
      '2026-03-29T07:00:00.000Z ready',
    ]);
  });

  it('are silent about consultations that are not open for messages', async () => {
    const { application, time, notices, startTicker } = await waitingRoom('2026-03-02T10:00:00.000Z');
    startTicker();
    await application.administration.endConsultation(ADMIN, 'consultation-1');
    await time.advance(DAY_MS);
    expect(notices).toEqual([]);
  });

  it('tell a consultation that takes messages again what it has not heard', async () => {
    const { application, time, notices } = await waitingRoom('2026-03-02T10:00:00.000Z');
    await application.administration.endConsultation(ADMIN, 'consultation-1');
    await time.advance(8 * HOUR_MS);
    expect(notices).toEqual([]);
    await application.administration.reopenConsultation(ADMIN, 'consultation-1', time.clock.now() + DAY_MS);
    const nextOpeningAt = '2026-03-03T09:00:00.000Z';
    expect(notices).toEqual([{ at: '2026-03-02T18:00:00.000Z', type: 'away', nextOpeningAt }]);
  });

  it('are silent when nobody waits any more, and speak again when somebody comes back', async () => {
    const { session, time, notices } = await waitingRoom('2026-03-02T08:00:00.000Z');
    session('patient').leave('consultation-1');
    await time.advance(DAY_MS);
    expect(notices).toEqual([]);
    await session('patient').join({
      consultationId: 'consultation-1',
      sender: 'user',
      after: null,
    });
    await time.advance(DAY_MS);
    expect(notices.map(({ at }) => at)).toEqual(['2026-03-03T09:00:00.000Z', '2026-03-03T17:01:00.000Z']);
  });

  it('end when they are stopped', async () => {
    const { application, time, notices } = await waitingRoom('2026-03-02T08:00:00.000Z');
    await application.jobs.stopAnnouncing();
    await time.advance(DAY_MS);
    expect(notices).toEqual([]);
  });

  it.each([
    ['before a join', (step: () => void) => step()],
    ['during a join', (step: () => void, onNextRead: (act: () => void) => void) => onNextRead(step)],
  ])(
    'tell whoever joins when the doctor goes, if the clock was set back into the day %s',
    async (_when, begin) => {
      const { time, notices, startTicker, connect, onNextRead } =
        await waitingRoom('2026-03-02T17:10:00.000Z');
      startTicker();
      begin(() => time.stepClock(-10 * MINUTE_MS), onNextRead);
      const joining = { consultationId: 'consultation-1', sender: 'doctor', after: 0 } as const;
      expect(await connect('doctor').join(joining)).toMatchObject({ doctor: { open: true } });
      // The tick comes too late to find that the doctor was there.
      await time.advance(TICK_MS);
      expect(notices.at(-1)).toMatchObject({ type: 'away', at: '2026-03-02T17:01:00.000Z' });
    },
  );

  it('tell whoever joined while the clock was wrong what is so when it is right again', async () => {
    const { time, notices, connect, onNextRead } = await waitingRoom('2026-03-02T17:10:00.000Z');
    onNextRead(() => time.stepClock(-HOUR_MS));
    const joining = { consultationId: 'consultation-1', sender: 'doctor', after: 0 } as const;
    expect(await connect('doctor').join(joining)).toMatchObject({ doctor: { open: true } });
    time.stepClock(HOUR_MS);
    await time.advance(SECOND_MS);
    expect(notices).toMatchObject([{ type: 'away' }]);
  });

  it('never contradict what a message would meet at the same moment, whatever happens to clock and schedule', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('advance' as const), minutes: fc.integer({ min: 1, max: 500 }) }),
      fc.record({ kind: fc.constant('step' as const), minutes: fc.integer({ min: -600, max: 600 }) }),
      fc.record({
        kind: fc.constant('schedule' as const),
        from: fc.integer({ min: 0, max: 23 }),
        to: fc.integer({ min: 0, max: 23 }),
      }),
    );
    type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { application, time, notices, startTicker } = await waitingRoom('2026-03-02T08:00:00.000Z');
        startTicker();
        const hour = (value: number) => `${String(value).padStart(2, '0')}:00`;
        const make = (move: Step): unknown => {
          if (move.kind === 'advance') return time.advance(move.minutes * MINUTE_MS);
          if (move.kind === 'step') return time.stepClock(move.minutes * MINUTE_MS);
          const windows = daily(hour(move.from), hour(move.to));
          return application.administration.setSchedule(ADMIN, 'doctor-1', { windows });
        };
        for (const move of steps) await make(move);
        // One tick, which finds what the alarm has missed.
        await time.advance(TICK_MS);
        const sent = await say(application, {
          consultationId: 'consultation-1',
          sender: 'user',
          content: 'Hello',
          clientMessageId: null,
        });
        const told = notices.at(-1)?.type ?? 'away';
        if (sent.outcome === 'refused' && sent.code !== 'doctor.unavailable') return;
        expect(told).toBe(sent.outcome === 'accepted' ? 'ready' : 'away');
      }),
      { numRuns: 40 },
    );
  });
});

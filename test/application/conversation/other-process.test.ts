import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/instant.js';
import { ADMIN, openConsultation, ROUND_THE_CLOCK, say } from '../../support/clinic.js';
import { type MemoryApplication, openMemoryApplication } from '../../support/memory-application.js';

const HELLO = {
  consultationId: 'consultation-1',
  sender: 'user',
  content: 'Hello',
  clientMessageId: null,
} as const;

/** Two processes on one log that never hear of each other, each with the consultation and its doctor in memory. */
async function twoProcesses(): Promise<{ a: MemoryApplication; b: MemoryApplication }> {
  const a = openMemoryApplication({ idPrefix: 'a' });
  const b = openMemoryApplication({ idPrefix: 'b', log: a.log, time: a.time });
  await openConsultation(a.application, { expiresAt: a.time.clock.now() + DAY_MS, windows: ROUND_THE_CLOCK });
  for (const { application } of [a, b]) {
    expect(await say(application, HELLO)).toMatchObject({ outcome: 'accepted' });
  }
  return { a, b };
}

function setWindows({ application }: MemoryApplication, windows: typeof ROUND_THE_CLOCK) {
  return application.administration.setSchedule(ADMIN, 'doctor-1', { windows });
}

describe('a process that has not heard what another one stored', () => {
  it('stores no message outside of the schedule', async () => {
    const { a, b } = await twoProcesses();
    await setWindows(a, []);
    expect(await say(b.application, HELLO)).toMatchObject({
      code: 'doctor.unavailable',
      nextOpeningAt: null,
    });
    expect(a.log.messages('consultation-1')).toHaveLength(2);
  });

  it('stores it by the schedule that there is now', async () => {
    const { a, b } = await twoProcesses();
    await setWindows(a, []);
    await setWindows(a, ROUND_THE_CLOCK);
    expect(await say(b.application, HELLO)).toMatchObject({ outcome: 'accepted', message: { seq: 3 } });
  });

  it('stores none in a consultation that has ended', async () => {
    const { a, b } = await twoProcesses();
    await a.application.administration.endConsultation(ADMIN, 'consultation-1');
    expect(await say(b.application, HELLO)).toMatchObject({ code: 'consultation.inactive' });
  });

  it('does not try for ever while the schedule changes faster than it is read', async () => {
    const { a } = await twoProcesses();
    const b = openMemoryApplication({
      log: a.log,
      time: a.time,
      decorate: ({ eventStore }) => ({
        eventStore: {
          ...eventStore,
          append: async (request) => {
            await setWindows(
              a,
              a.log.doctor('doctor-1').version % 2 === 0 ? ROUND_THE_CLOCK : ROUND_THE_CLOCK.slice(0, 6),
            );
            return eventStore.append(request);
          },
        },
      }),
    });
    expect(await say(b.application, HELLO)).toMatchObject({ code: 'server.overloaded' });
    expect(a.log.messages('consultation-1')).toHaveLength(2);
  });
});

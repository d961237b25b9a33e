import { describe, expect, test } from 'vitest';
import type { ReadAccess } from '../../../src/application/ports/access-log.js';
import type { Caller } from '../../../src/application/ports/identity.js';
import { MINUTE_MS, SECOND_MS } from '../../../src/domain/instant.js';
import { openConsultation, requester, tomorrow } from '../../support/clinic.js';
import { openMemoryApplication } from '../../support/memory-application.js';

const ADMIN: Caller = { role: 'admin', id: 'admin-1' };
const PATIENT: Caller = { role: 'patient', id: 'patient-1' };
const consultationId = 'consultation-1';
const JOIN = { consultationId, sender: null, after: 0 } as const;

/** `consultation-1`, with everything that the access log was given. */
async function openClinic(isOpen = false, hold: () => Promise<unknown> = async () => {}) {
  const entries: ReadAccess[] = [];
  const chat = openMemoryApplication({
    isOpen,
    decorate: ({ accessLog, sessionLimits }) => ({
      sessionLimits: { ...sessionLimits, maxJoinedConsultations: 1 },
      accessLog: {
        ...accessLog,
        record: async (access) => {
          entries.push(access);
          await hold();
          return accessLog.record(access);
        },
        note: (access) => {
          entries.push(access);
        },
      },
    }),
  });
  const { application, time } = chat;
  await openConsultation(application, { expiresAt: tomorrow(time.clock.now()) });
  await openConsultation(application, {
    consultationId: 'consultation-2',
    expiresAt: tomorrow(time.clock.now()),
  });
  const start = time.clock.now();
  return {
    ...chat,
    enter: (connectionId: string, caller: Caller, ms: number | null = null) =>
      chat.connect(connectionId, { caller, expiresAt: ms === null ? null : start + ms }),
    /** Who came and went: what, when, on which connection. */
    comings: () =>
      entries
        .filter(({ action }) => action === 'join' || action === 'leave')
        .map(({ action, at, reader, requestId }) => [
          action,
          at - start,
          `${reader.kind} ${reader.id}`,
          requestId,
        ]),
  };
}

describe('how long an administrator stayed', () => {
  test.each([
    ['leaves', async (clinic) => void clinic.session.leave(consultationId)],
    ['loses the connection', async (clinic) => clinic.disconnect('a')],
    [
      'is signed out by another person',
      async (clinic) => {
        const token = clinic.authenticator.issue(PATIENT);
        await clinic.session.authenticate({ channel: 'socket', token, headers: {} });
      },
    ],
  ] satisfies [string, (clinic: Entered) => Promise<void>][])(
    'is told by a leave when who joined %s',
    async (_how, leave) => {
      const clinic = await enterAsAdmin();
      await clinic.time.advance(MINUTE_MS);
      await leave(clinic);
      await clinic.time.advance(MINUTE_MS);
      // It is noted once, whatever else happens to the connection.
      clinic.session.leave(consultationId);
      clinic.disconnect('a');
      expect(clinic.comings()).toEqual([
        ['join', 0, 'admin admin-1', 'a'],
        ['leave', MINUTE_MS, 'admin admin-1', 'a'],
      ]);
    },
  );

  test('ends with the token', async () => {
    const clinic = await enterAsAdmin(30 * SECOND_MS);
    await clinic.time.advance(MINUTE_MS);
    expect(clinic.comings()[1]).toEqual(['leave', expect.any(Number), 'admin admin-1', 'a']);
    expect(clinic.comings()[1]?.[1]).toBeGreaterThanOrEqual(30 * SECOND_MS);
    expect(clinic.comings()[1]?.[1]).toBeLessThanOrEqual(32 * SECOND_MS);
  });

  test('goes on when the consultation ends, for as long as they are in its room', async () => {
    const clinic = await enterAsAdmin();
    await clinic.application.administration.endConsultation(requester('admin', 'admin-2'), consultationId);
    expect(clinic.comings()).toHaveLength(1);
    clinic.disconnect('a');
    expect(clinic.comings()).toHaveLength(2);
  });

  test('is told for each device separately', async () => {
    const clinic = await enterAsAdmin();
    await clinic.enter('b', ADMIN).join(JOIN);
    clinic.disconnect('a');
    await clinic.time.advance(SECOND_MS);
    clinic.disconnect('b');
    expect(clinic.comings()).toEqual([
      ['join', 0, 'admin admin-1', 'a'],
      ['join', 0, 'admin admin-1', 'b'],
      ['leave', 0, 'admin admin-1', 'a'],
      ['leave', SECOND_MS, 'admin admin-1', 'b'],
    ]);
  });

  type Entered = Awaited<ReturnType<typeof enterAsAdmin>>;
  async function enterAsAdmin(ms: number | null = null) {
    const clinic = await openClinic();
    const session = clinic.enter('a', ADMIN, ms);
    expect(await session.join(JOIN)).toMatchObject({ outcome: 'joined' });
    return { ...clinic, session };
  }
});

test('parties, and people whom nobody vouches for, leave as those as whom they joined', async () => {
  const clinic = await openClinic(true);
  for (const [connectionId, sender] of [
    ['p', 'user'],
    ['d', 'doctor'],
    ['x', null],
  ] as const) {
    await clinic.connect(connectionId).join({ consultationId, sender, after: null });
    clinic.disconnect(connectionId);
  }
  expect(clinic.comings().map(([action, , reader]) => [action, reader])).toEqual([
    ['join', 'patient patient-1'],
    ['leave', 'patient patient-1'],
    ['join', 'doctor doctor-1'],
    ['leave', 'doctor doctor-1'],
    ['join', 'anyone x'],
    ['leave', 'anyone x'],
  ]);
});

describe('a join that was recorded but came to nothing is noted as left at once', () => {
  test('because the connection has gone meanwhile', async () => {
    let arrive = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const clinic = await openClinic(false, () => gate);
    const joined = clinic.enter('a', ADMIN).join(JOIN);
    while (clinic.comings().length === 0) await new Promise(setImmediate);
    clinic.disconnect('a');
    arrive();
    await joined;
    expect(clinic.comings()).toEqual([
      ['join', 0, 'admin admin-1', 'a'],
      ['leave', 0, 'admin admin-1', 'a'],
    ]);
    expect(clinic.broadcaster.admitted(consultationId)).toEqual([]);
  });

  test('because another join came first, and the connection may be in one room only', async () => {
    const clinic = await openClinic();
    const session = clinic.enter('a', ADMIN);
    const answers = await Promise.all([
      session.join(JOIN),
      session.join({ ...JOIN, consultationId: 'consultation-2' }),
    ]);
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['joined', 'refused']);
    const [first, second, left] = clinic.comings();
    expect([first?.[0], second?.[0], left?.[0]]).toEqual(['join', 'join', 'leave']);
  });
});

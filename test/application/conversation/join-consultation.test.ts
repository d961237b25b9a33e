import { describe, expect, test } from 'vitest';
import type { JoinConsultation } from '../../../src/application/conversation/join-consultation.js';
import type { Notification } from '../../../src/application/ports/notification.js';
import { DEFAULT_SESSION_LIMITS } from '../../../src/application/sessions/session-limits.js';
import { DAY_MS, HOUR_MS } from '../../../src/domain/instant.js';
import { ADMIN, daily, openConsultation, say } from '../../support/clinic.js';
import { settled } from '../../support/faulty-event-store.js';
import {
  type MemoryApplication,
  type MemoryApplicationOptions,
  openMemoryApplication,
} from '../../support/memory-application.js';

const MAX_JOINED_CONSULTATIONS = DEFAULT_SESSION_LIMITS.maxJoinedConsultations;

type Sender = 'user' | 'doctor' | null;

interface Clinic extends MemoryApplication {
  join(
    connectionId: string,
    sender?: Sender,
    after?: number | null,
    consultationId?: string,
  ): ReturnType<JoinConsultation>;
  say(...contents: readonly string[]): Promise<void>;
  /** What the connection heard, without the news about the doctor. */
  heard(connectionId: string): readonly string[];
}

/** `consultation-1`, open for a day, on a Monday at 10:00 UTC; the doctor is on duty from 9 to 17. */
async function openClinic(options: MemoryApplicationOptions = {}): Promise<Clinic> {
  const chat = openMemoryApplication(options);
  const { application, broadcaster, time } = chat;
  const expiresAt = time.clock.now() + DAY_MS;
  await openConsultation(application, { windows: daily('09:00', '17:00'), expiresAt });
  return {
    ...chat,
    join: (connectionId, sender = null, after = null, consultationId = 'consultation-1') =>
      chat.session(connectionId).join({ consultationId, sender, after }),
    say: async (...contents) => {
      for (const content of contents) {
        const request = { consultationId: 'consultation-1', sender: 'user', clientMessageId: null } as const;
        await say(application, { ...request, content });
      }
    },
    heard: (connectionId) =>
      broadcaster
        .inbox(connectionId)
        .filter(({ type }) => type !== 'doctor_ready' && type !== 'doctor_away')
        .map(describeNotification),
  };
}

function describeNotification(notification: Notification): string {
  if (notification.type === 'new_message')
    return `${notification.message.seq} ${notification.message.content}`;
  if (notification.type === 'user_joined' || notification.type === 'user_left') {
    return `${notification.type} ${notification.userId}`;
  }
  return notification.type;
}

describe('joining', () => {
  test('tells what the consultation is, how it stands with the doctor, and where its messages are', async () => {
    const clinic = await openClinic();
    await clinic.say('a', 'b');
    clinic.connect('one');
    expect(await clinic.join('one', 'user')).toMatchObject({
      outcome: 'joined',
      consultation: {
        consultationId: 'consultation-1',
        status: 'open',
        expiresAt: clinic.time.clock.now() + DAY_MS,
        patient: { id: 'patient-1', name: 'Mx patient-1' },
        doctor: { id: 'doctor-1', name: 'Dr doctor-1' },
      },
      doctor: { open: true },
      headSeq: 2,
      messages: [],
    });
  });

  test('tells the others, by the party’s id or by the connection’s', async () => {
    const clinic = await openClinic();
    for (const id of ['patient', 'doctor', 'somebody']) clinic.connect(id);
    await clinic.join('patient', 'user');
    await clinic.join('doctor', 'doctor');
    await clinic.join('somebody');
    expect(clinic.heard('patient')).toEqual(['user_joined doctor-1', 'user_joined somebody']);
    expect(clinic.heard('doctor')).toEqual(['user_joined somebody']);
    expect(clinic.heard('somebody')).toEqual([]);
    const [first] = clinic.broadcaster.inbox('patient').filter(({ type }) => type === 'user_joined');
    const at = clinic.time.clock.now();
    expect(first).toEqual({
      type: 'user_joined',
      consultationId: 'consultation-1',
      userId: 'doctor-1',
      sender: 'doctor',
      at,
    });
  });

  test('twice is joining once, with a fresh answer', async () => {
    const clinic = await openClinic();
    clinic.connect('patient');
    clinic.connect('doctor');
    await clinic.join('patient', 'user');
    await clinic.join('doctor', 'doctor');
    await clinic.say('a');
    expect(await clinic.join('doctor', 'doctor', 0)).toMatchObject({
      headSeq: 1,
      messages: [{ content: 'a' }],
    });
    await clinic.say('b');
    expect(clinic.heard('patient')).toEqual(['user_joined doctor-1', '1 a', '2 b']);
    expect(clinic.heard('doctor')).toEqual(['1 a', '2 b']);
  });

  test('what does not exist is refused and leaves nothing behind', async () => {
    const clinic = await openClinic();
    clinic.connect('one');
    expect(await clinic.join('one', null, null, 'nowhere')).toEqual({
      outcome: 'refused',
      code: 'consultation.not_found',
    });
    expect(clinic.metrics.read('rooms')).toBe(0);
    expect(clinic.broadcaster.admitted('nowhere')).toEqual([]);
  });

  test('is still possible when the consultation has ended, to read', async () => {
    const clinic = await openClinic();
    await clinic.say('a');
    await clinic.application.administration.endConsultation(ADMIN, 'consultation-1');
    clinic.connect('one');
    expect(await clinic.join('one', 'user', 0)).toMatchObject({
      consultation: { status: 'ended' },
      messages: [{ content: 'a' }],
    });
    expect(clinic.broadcaster.inbox('one')).toEqual([]);
  });

  test('by a connection that goes while the answer is prepared leaves nothing behind', async () => {
    const clinic = await openClinic();
    clinic.connect('going');
    clinic.connect('staying');
    await clinic.join('staying', 'user');
    const joining = clinic.join('going', 'doctor');
    clinic.disconnect('going');
    await joining;
    expect(clinic.broadcaster.admitted('consultation-1')).toEqual(['staying']);
    expect(await clinic.join('staying', 'user')).toMatchObject({ present: [{ sender: 'user' }] });
    const [came, left] = ['user_joined', 'user_left'].map((type) =>
      clinic.heard('staying').filter((heard) => heard.startsWith(type)),
    );
    expect(came?.length).toBe(left?.length);
  });

  test(`of more than ${MAX_JOINED_CONSULTATIONS} by one connection is refused, asked for at once or not`, async () => {
    const clinic = await openClinic();
    const ids = Array.from({ length: MAX_JOINED_CONSULTATIONS + 5 }, (_, index) => `consultation-x${index}`);
    const expiresAt = clinic.time.clock.now() + DAY_MS;
    for (const consultationId of ids)
      await openConsultation(clinic.application, { consultationId, expiresAt });
    clinic.connect('one');
    const outcomes = await Promise.all(ids.map((id) => clinic.join('one', null, null, id)));
    const joined = ids.filter((id) => clinic.broadcaster.admitted(id).includes('one'));
    expect(joined).toHaveLength(MAX_JOINED_CONSULTATIONS);
    expect(clinic.metrics.read('rooms')).toBe(MAX_JOINED_CONSULTATIONS);
    expect(outcomes.filter(({ outcome }) => outcome === 'refused')).toHaveLength(5);
    expect(await clinic.join('one', null, null, 'consultation-1')).toMatchObject({
      code: 'rate.limited',
      retryAfterMs: expect.any(Number),
    });
    // Asking again about one of them is fine.
    expect(await clinic.join('one', null, 0, 'consultation-x0')).toMatchObject({ outcome: 'joined' });
  });
});

describe('catching up', () => {
  test('tells the messages after the one that the caller has, 200 at most', async () => {
    const clinic = await openClinic();
    await clinic.say(...Array.from({ length: 203 }, (_, index) => `${index + 1}`));
    clinic.connect('one');
    const seqs = async (after: number) => {
      const joined = await clinic.join('one', 'user', after);
      return joined.outcome === 'joined' ? joined.messages.map(({ seq }) => seq) : [];
    };
    expect(await seqs(0)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(await seqs(200)).toEqual([201, 202, 203]);
    expect(await seqs(203)).toEqual([]);
    expect(await seqs(9_999)).toEqual([]);
  });

  test.each(['before', 'after'] as const)(
    'misses no message that is stored just %s the history is read',
    async (moment) => {
      let sendNow: () => Promise<void> = async () => {};
      const clinic = await openClinic({
        decorate: ({ history }) => ({
          history: {
            ...history,
            after: async (consultationId, after, limit) => {
              if (moment === 'before') await sendNow();
              const page = await history.after(consultationId, after, limit);
              if (moment === 'after') await sendNow();
              return page;
            },
          },
        }),
      });
      sendNow = () => clinic.say('meanwhile');
      await clinic.say('before');
      clinic.connect('one');
      const joined = await clinic.join('one', 'user', 0);
      const page =
        joined.outcome === 'joined' ? joined.messages.map(({ seq, content }) => `${seq} ${content}`) : [];
      expect(new Set([...page, ...clinic.heard('one')])).toEqual(new Set(['1 before', '2 meanwhile']));
      expect(joined).toMatchObject({ headSeq: 2 });
    },
  );

  test('when it fails is told as a failure', async () => {
    const clinic = await openClinic({
      decorate: ({ history }) => ({
        history: { ...history, after: () => Promise.reject(new Error('no database')) },
      }),
    });
    clinic.connect('one');
    await expect(clinic.join('one', 'user', 0)).rejects.toThrow('no database');
  });
});

describe('the doctor', () => {
  const readies = ({ broadcaster }: Clinic, connectionId: string) =>
    broadcaster.inbox(connectionId).filter(({ type }) => type === 'doctor_ready');

  test('who is on duty is announced at once, to the one who joins only', async () => {
    const clinic = await openClinic();
    clinic.connect('one');
    clinic.connect('two');
    await clinic.join('one', 'user');
    await clinic.join('two', 'doctor');
    const ready = { type: 'doctor_ready', consultationId: 'consultation-1', doctorId: 'doctor-1' };
    expect(readies(clinic, 'one')).toEqual([ready]);
    expect(readies(clinic, 'two')).toEqual([ready]);
  });

  test('who is off duty is not, and the answer tells when the schedule opens', async () => {
    const clinic = await openClinic({ startAt: '2026-03-02T18:00:00.000Z' });
    clinic.connect('one');
    expect(await clinic.join('one', 'user')).toMatchObject({
      doctor: {
        open: false,
        nextOpeningAt: Date.parse('2026-03-03T09:00:00.000Z'),
        timeZone: 'UTC',
        noticeIntervalMs: 60_000,
      },
    });
    expect(readies(clinic, 'one')).toEqual([]);
  });

  test('who goes off duty while the answer is prepared is not announced as ready afterwards', async () => {
    let closeNow: () => Promise<unknown> = async () => {};
    const clinic = await openClinic({
      decorate: ({ history }) => ({
        history: {
          ...history,
          after: async (...parameters) => {
            await closeNow();
            return history.after(...parameters);
          },
        },
      }),
    });
    closeNow = () =>
      clinic.application.administration.setSchedule(ADMIN, 'doctor-1', { windows: daily('12:00', '13:00') });
    clinic.connect('one');
    expect(await clinic.join('one', 'user', 0)).toMatchObject({
      doctor: { open: false, nextOpeningAt: Date.parse('2026-03-02T12:00:00.000Z') },
    });
    expect(clinic.broadcaster.inbox('one').map(({ type }) => type)).toEqual(['doctor_away']);
  });

  test('is not announced in a consultation that ran out', async () => {
    const clinic = await openClinic();
    await clinic.time.advance(24 * HOUR_MS);
    clinic.connect('one');
    await clinic.join('one', 'user');
    expect(readies(clinic, 'one')).toEqual([]);
  });
});

describe('leaving', () => {
  test('tells the others once, and ends what is heard', async () => {
    const clinic = await openClinic();
    for (const id of ['patient', 'doctor']) clinic.connect(id);
    await clinic.join('patient', 'user');
    await clinic.join('doctor', 'doctor');
    clinic.session('doctor').leave('consultation-1');
    clinic.session('doctor').leave('consultation-1');
    await clinic.say('a');
    expect(clinic.heard('patient')).toEqual(['user_joined doctor-1', 'user_left doctor-1', '1 a']);
    expect(clinic.heard('doctor')).toEqual([]);
  });

  test('what was never joined changes nothing', async () => {
    const clinic = await openClinic();
    clinic.connect('patient');
    clinic.connect('other');
    await clinic.join('patient', 'user');
    clinic.session('other').leave('consultation-1');
    clinic.session('other').leave('nowhere');
    expect(clinic.heard('patient')).toEqual([]);
  });

  test('a dropped connection has left everything', async () => {
    const clinic = await openClinic();
    const expiresAt = clinic.time.clock.now() + DAY_MS;
    await openConsultation(clinic.application, { consultationId: 'consultation-2', expiresAt });
    for (const id of ['patient', 'doctor']) clinic.connect(id);
    await clinic.join('patient', 'user');
    await clinic.join('patient', 'user', null, 'consultation-2');
    await clinic.join('doctor', 'doctor');
    await clinic.join('doctor', 'doctor', null, 'consultation-2');
    clinic.broadcaster.take('patient');
    clinic.disconnect('doctor');
    clinic.disconnect('doctor');
    await settled();
    expect(clinic.heard('patient')).toEqual(['user_left doctor-1', 'user_left doctor-1']);
    expect(clinic.metrics.read('rooms')).toBe(2);
    clinic.disconnect('patient');
    expect(clinic.metrics.read('rooms')).toBe(0);
  });
});

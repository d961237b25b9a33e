import { describe, expect, it } from 'vitest';
import type { Notification } from '../../../src/application/ports/notification.js';
import { DAY_MS, MINUTE_MS } from '../../../src/domain/instant.js';
import { ADMIN, daily, openConsultation, ROUND_THE_CLOCK, say } from '../../support/clinic.js';
import { openProcesses, type Process, type Processes, settled } from '../../support/processes.js';

const ROOM = 'consultation-1';

interface Clinic extends Processes {
  readonly a: Process;
  readonly b: Process;
  readonly c: Process;
}

/** Three processes, each of which knows the others and has the consultation in memory. */
async function openClinic(): Promise<Clinic> {
  const processes = await openProcesses(3);
  const [a, b, c] = processes.all;
  if (a === undefined || b === undefined || c === undefined) throw new Error('there are three');
  await openConsultation(a.application, { expiresAt: a.time.clock.now() + DAY_MS });
  for (const each of processes.all) expect(await send(each)).toMatchObject({ outcome: 'accepted' });
  await settled();
  return { ...processes, a, b, c };
}

function send({ application }: Process, content = 'Hello') {
  return say(application, { consultationId: ROOM, sender: 'user', content, clientMessageId: null });
}

async function isOnDuty({ application, time }: Process): Promise<boolean> {
  const now = time.clock.now();
  const range = { from: now, to: now + DAY_MS };
  const report = await application.administration.doctorAvailability(ADMIN, 'doctor-1', range);
  return report.outcome === 'availability' && report.open;
}

async function join(process: Process, connectionId: string, sender: 'user' | 'doctor') {
  const joined = await process.connect(connectionId).join({ consultationId: ROOM, sender, after: null });
  await settled();
  process.broadcaster.take(connectionId);
  return joined;
}

/** What the connection has heard since this was asked last, and since then. */
function heard(process: Process, connectionId: string): readonly string[] {
  return process.broadcaster.take(connectionId).map(wordsOf);
}

function wordsOf(notification: Notification): string {
  if (notification.type === 'typing')
    return `typing ${notification.userId} ${notification.isTyping ? 'on' : 'off'}`;
  return 'userId' in notification ? `${notification.type} ${notification.userId}` : notification.type;
}

function type(process: Process, connectionId: string, isTyping: boolean) {
  return process.session(connectionId).setTyping({ consultationId: ROOM, isTyping });
}

describe('whatever is true on one process is true on the other', () => {
  it('the schedule', async () => {
    const { a, b } = await openClinic();
    const setWindows = (windows: typeof ROUND_THE_CLOCK) =>
      a.application.administration.setSchedule(ADMIN, 'doctor-1', { windows });
    await setWindows([]);
    expect(await send(b)).toMatchObject({ code: 'doctor.unavailable' });
    await setWindows(ROUND_THE_CLOCK);
    expect(await send(b)).toMatchObject({ outcome: 'accepted' });
    await settled();
    expect(await isOnDuty(b)).toBe(true);
  });

  it('the end of a consultation, its reopening, and its newest version', async () => {
    const { a, b, c } = await openClinic();
    const ended = await a.application.administration.endConsultation(ADMIN, ROOM);
    await settled();
    const version = ended.outcome === 'done' ? ended.version : 0;
    expect(await b.application.administration.consultation(ADMIN, ROOM)).toMatchObject({
      version,
      value: { status: 'ended' },
    });
    expect(await send(c)).toMatchObject({ code: 'consultation.inactive' });
    const options = { idempotencyKey: null, ifVersion: version };
    const later = a.time.clock.now() + DAY_MS;
    const { administration } = b.application;
    expect(await administration.reopenConsultation(ADMIN, ROOM, later, options)).toMatchObject({
      outcome: 'done',
    });
    expect(await send(c)).toMatchObject({ outcome: 'accepted' });
  });

  it('how far somebody has read', async () => {
    const { a, b } = await openClinic();
    await join(a, 'patient', 'user');
    await join(b, 'doctor', 'doctor');
    await send(a);
    await b.session('doctor').markRead({ consultationId: ROOM, seq: 4, sender: 'doctor' });
    await settled();
    expect(heard(a, 'patient')).toEqual(['user_joined doctor-1', 'new_message', 'messages_read doctor-1']);
  });

  it('what a room hears, in order, and the heads', async () => {
    const { a, b, c } = await openClinic();
    await join(b, 'doctor', 'doctor');
    for (const process of [a, c, a]) await send(process);
    await settled();
    const seqs = b.broadcaster
      .take('doctor')
      .flatMap((each) => (each.type === 'new_message' ? [each.message.seq] : []));
    expect(seqs).toEqual([4, 5, 6]);
    await b.application.jobs.announceHeads();
    expect(b.broadcaster.take('doctor')).toEqual([
      { type: 'consultation_head', consultationId: ROOM, seq: 6 },
    ]);
  });

  it('a consultation that has run out is told everywhere, whoever sweeps first', async () => {
    const { a, b, time } = await openClinic();
    await join(a, 'patient', 'user');
    await join(b, 'doctor', 'doctor');
    heard(a, 'patient');
    time.stepClock(DAY_MS + MINUTE_MS);
    const swept = await Promise.all([
      a.application.jobs.expireConsultations(),
      b.application.jobs.expireConsultations(),
    ]);
    await settled();
    expect([...swept].sort()).toEqual([0, 1]);
    expect(heard(a, 'patient')).toEqual(['consultation_updated']);
    expect(heard(b, 'doctor')).toEqual(['consultation_updated']);
    for (const { logger } of [a, b])
      expect(logger.entries.map(({ event }) => event)).not.toContain('expiry.stuck');
  });

  it('when the doctor comes and goes, but for a room whose consultation has ended', async () => {
    const { a, b, c } = await openClinic();
    await join(b, 'patient', 'user');
    const setWindows = async (windows: typeof ROUND_THE_CLOCK) => {
      await c.application.administration.setSchedule(ADMIN, 'doctor-1', { windows });
      await settled();
    };
    await setWindows(daily('12:00', '13:00'));
    await setWindows(ROUND_THE_CLOCK);
    expect(heard(b, 'patient')).toEqual(['doctor_away', 'doctor_ready']);
    await a.application.administration.endConsultation(ADMIN, ROOM);
    await settled();
    await setWindows([]);
    expect(heard(b, 'patient')).toEqual(['consultation_updated']);
  });
});

describe('who is present', () => {
  it('is one person however many devices there are at however many processes', async () => {
    const { a, b, c } = await openClinic();
    await join(c, 'doctor', 'doctor');
    await join(a, 'phone', 'user');
    await join(b, 'laptop', 'user');
    expect(heard(c, 'doctor')).toEqual(['user_joined patient-1']);
    expect(heard(a, 'phone')).toEqual([]);
    const joined = await join(b, 'doctor-too', 'doctor');
    expect(joined).toMatchObject({
      present: expect.arrayContaining([
        { userId: 'patient-1', sender: 'user' },
        { userId: 'doctor-1', sender: 'doctor' },
      ]),
    });
    expect('present' in joined && joined.present).toHaveLength(2);
    a.disconnect('phone');
    await settled();
    expect(heard(c, 'doctor')).toEqual([]);
    b.session('laptop').leave(ROOM);
    await settled();
    expect(heard(c, 'doctor')).toEqual(['user_left patient-1']);
    expect(heard(b, 'doctor-too')).toEqual(['user_left patient-1']);
  });

  it('is known to a process that begins later', async () => {
    const { a, open } = await openClinic();
    await join(a, 'patient', 'user');
    const later = open();
    await settled();
    expect(await join(later, 'doctor', 'doctor')).toMatchObject({
      present: [{ userId: 'doctor-1' }, { userId: 'patient-1' }],
    });
  });

  it.each(['is killed', 'says goodbye'])('leaves with a process that %s', async (how) => {
    const { a, b, beat } = await openClinic();
    await join(a, 'patient', 'user');
    await type(a, 'patient', true);
    await join(b, 'doctor', 'doctor');
    await type(a, 'patient', true);
    if (how === 'is killed') {
      a.kill();
      await beat(4);
      expect(heard(b, 'doctor')).toEqual([]);
      await beat(1);
    } else {
      await a.leave();
      await settled();
    }
    expect(heard(b, 'doctor')).toEqual(['typing patient-1 off', 'user_left patient-1']);
  });

  it('comes back with a process that was frozen, which thinks nobody gone', async () => {
    const { a, b, beat } = await openClinic();
    await join(a, 'patient', 'user');
    await join(b, 'doctor', 'doctor');
    heard(a, 'patient');
    a.freeze();
    await beat(20);
    await send(b);
    expect(heard(b, 'doctor')).toEqual(['user_left patient-1', 'new_message']);
    a.thaw();
    await beat(2);
    expect(heard(b, 'doctor')).toEqual(['user_joined patient-1']);
    expect(heard(a, 'patient')).toEqual(['new_message']);
    expect(a.logger.entries.filter(({ event }) => event === 'peer.gone')).toEqual([]);
  });

  it('is right again after a while in which nothing was heard, without a flicker', async () => {
    const { a, b, cut, beat } = await openClinic();
    await join(a, 'patient', 'user');
    await join(b, 'doctor', 'doctor');
    heard(a, 'patient');
    cut(true);
    a.session('patient').leave(ROOM);
    await join(a, 'admin', 'user');
    await beat(3);
    cut(false);
    await beat(2);
    expect(heard(b, 'doctor')).toEqual([]);
    cut(true);
    a.session('admin').leave(ROOM);
    await beat(2);
    cut(false);
    await beat(2);
    expect(heard(b, 'doctor')).toEqual(['user_left patient-1']);
  });
});

describe('who is typing', () => {
  it('types until the last device has stopped, wherever that is', async () => {
    const { a, b, c } = await openClinic();
    await join(c, 'doctor', 'doctor');
    await join(a, 'phone', 'user');
    await join(b, 'laptop', 'user');
    heard(c, 'doctor');
    await type(a, 'phone', true);
    await type(b, 'laptop', true);
    await type(a, 'phone', false);
    await settled();
    expect(heard(c, 'doctor')).toEqual(['typing patient-1 on']);
    await type(b, 'laptop', false);
    await settled();
    expect(heard(c, 'doctor')).toEqual(['typing patient-1 off']);
  });

  it('does so no more where the word that it ended got lost', async () => {
    const { a, c, cut, beat } = await openClinic();
    await join(c, 'doctor', 'doctor');
    await join(a, 'phone', 'user');
    await type(a, 'phone', true);
    await settled();
    heard(c, 'doctor');
    cut(true);
    await type(a, 'phone', false);
    await settled();
    cut(false);
    await beat(2);
    expect(heard(c, 'doctor')).toEqual(['typing patient-1 off']);
  });

  it('does so no more once the device has left, whatever else the person has open', async () => {
    const { a, b, c } = await openClinic();
    await join(c, 'doctor', 'doctor');
    await join(a, 'phone', 'user');
    await join(b, 'laptop', 'user');
    heard(c, 'doctor');
    await type(a, 'phone', true);
    a.disconnect('phone');
    await settled();
    expect(heard(c, 'doctor')).toEqual(['typing patient-1 on', 'typing patient-1 off']);
  });
});

describe('where nothing is ever heard', () => {
  it('rooms and readers are behind by one announcement of heads', async () => {
    const { a, b, c, cut } = await openClinic();
    await join(b, 'doctor', 'doctor');
    cut(true);
    await send(a);
    await a.application.administration.extendConsultation(ADMIN, ROOM, { durationMinutes: 3_000 });
    await a.application.administration.setSchedule(ADMIN, 'doctor-1', { windows: [] });
    await settled();
    expect(heard(b, 'doctor')).toEqual([]);
    // Whoever asks for a consultation or for the hours gets what there is, and need not wait.
    const asked = await a.application.administration.consultation(ADMIN, ROOM);
    expect(await b.application.administration.consultation(ADMIN, ROOM)).toEqual(asked);
    expect(await isOnDuty(b)).toBe(false);
    for (const { application } of [b, c]) await application.jobs.announceHeads();
    await settled();
    expect([...heard(b, 'doctor')].sort()).toEqual([
      'consultation_head',
      'consultation_updated',
      'doctor_away',
      'new_message',
    ]);
    for (const { application } of [b, c]) {
      expect(await application.administration.consultation(ADMIN, ROOM)).toEqual(asked);
    }
    for (const process of [b, c]) expect(await isOnDuty(process)).toBe(false);
  });

  it.each(['the process itself is cut off', 'the one that stores is'])(
    'inboxes are behind by one announcement of heads, where %s',
    async (who) => {
      const { a, b, cut, beat } = await openClinic();
      const mine = { sort: 'waiting', after: null, limit: 10, sender: 'doctor', userId: 'doctor-1' } as const;
      await b.connect('doctor').watchInbox(mine);
      if (who === 'the process itself is cut off') cut(true);
      else a.kill();
      await beat(6);
      heard(b, 'doctor');
      await send(a);
      await beat(2);
      expect(heard(b, 'doctor')).toEqual([]);
      await b.application.jobs.announceHeads();
      await beat(1);
      expect(b.broadcaster.take('doctor')).toMatchObject([
        { type: 'inbox_updated', item: { consultationId: ROOM, headSeq: 4 } },
      ]);
    },
  );
});

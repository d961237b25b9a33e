import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { NO_PEERS } from '../../../src/adapters/memory/peers.js';
import type { AppendRequest } from '../../../src/application/ports/event-store.js';
import type { PeerListener, Peers } from '../../../src/application/ports/peers.js';
import { DAY_MS } from '../../../src/domain/instant.js';
import { ADMIN, daily, openConsultation, ROUND_THE_CLOCK, say } from '../../support/clinic.js';
import { type MemoryApplication, openMemoryApplication } from '../../support/memory-application.js';

const HELLO = {
  consultationId: 'consultation-1',
  sender: 'user',
  content: 'Hello',
  clientMessageId: null,
} as const;

/** Others that are never heard of. */
const SILENT: Peers = { ...NO_PEERS, mayHaveStored: () => true };

/** Two processes on one log that never hear of each other, each with the consultation and its doctor in memory. */
async function twoProcesses(): Promise<{ a: MemoryApplication; b: MemoryApplication }> {
  const a = openMemoryApplication({ idPrefix: 'a', peers: SILENT });
  const b = openMemoryApplication({ idPrefix: 'b', peers: SILENT, log: a.log, time: a.time });
  await openConsultation(a.application, { expiresAt: a.time.clock.now() + DAY_MS, windows: ROUND_THE_CLOCK });
  for (const { application } of [a, b]) {
    expect(await say(application, HELLO)).toMatchObject({ outcome: 'accepted' });
  }
  return { a, b };
}

function setWindows({ application }: MemoryApplication, windows: typeof ROUND_THE_CLOCK) {
  return application.administration.setSchedule(ADMIN, 'doctor-1', { windows });
}

/** Another process on the log of `a`; before each append of its own, something happens. */
function openBeside(
  { log, time }: MemoryApplication,
  options: Parameters<typeof openMemoryApplication>[0],
  beforeAppend: (request: AppendRequest) => Promise<unknown>,
): MemoryApplication {
  return openMemoryApplication({
    ...options,
    log,
    time,
    decorate: ({ eventStore }) => ({
      eventStore: {
        ...eventStore,
        append: async (request) => {
          await beforeAppend(request);
          return eventStore.append(request);
        },
      },
    }),
  });
}

/** The same, and what the second one appends to such streams waits until it is let go. */
async function secondHeldUp(category: 'consultation' | 'doctor') {
  let letGo = (): void => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const { a } = await twoProcesses();
  const b = openBeside(a, { idPrefix: 'held', peers: SILENT }, async ({ streamId }) => {
    if (streamId.startsWith(`${category}:`)) await gate;
  });
  return { a, b, letGo };
}

describe('a process whose own append is in flight while another one stores', () => {
  it('says to who joins how far the consultation is, and to who asks for messages', async () => {
    const { a, b, letGo } = await secondHeldUp('consultation');
    const doctor = b.connect('doctor');
    await doctor.join({ consultationId: 'consultation-1', sender: 'doctor', after: null });
    const saying = say(b.application, HELLO);
    await say(a.application, HELLO);
    await say(a.application, HELLO);
    const answer = await doctor.join({ consultationId: 'consultation-1', sender: 'doctor', after: 4 });
    expect(answer).toMatchObject({ outcome: 'joined', headSeq: 4, messages: [] });
    expect(
      await doctor.getMessages({ consultationId: 'consultation-1', from: { after: 4 }, limit: 1 }),
    ).toMatchObject({ headSeq: 4 });
    letGo();
    expect(await saying).toMatchObject({ outcome: 'accepted', message: { seq: 5 } });
  });

  it('says to who joins whether the doctor is on duty', async () => {
    const { a, b, letGo } = await secondHeldUp('doctor');
    const join = () =>
      b.connect('doctor').join({ consultationId: 'consultation-1', sender: 'doctor', after: null });
    expect(await join()).toMatchObject({ doctor: { open: true } });
    const setting = setWindows(b, daily('12:00', '13:00'));
    await setWindows(a, []);
    expect(await join()).toMatchObject({ doctor: { open: false, nextOpeningAt: null } });
    letGo();
    expect(await setting).toMatchObject({ outcome: 'done' });
  });
});

it('a consultation that another process ends while whoever joins it waits for the doctor has ended in the answer', async () => {
  let whenDoctorIsRead = async (): Promise<unknown> => undefined;
  let listener: PeerListener | undefined;
  const a = openMemoryApplication();
  const b = openMemoryApplication({
    log: a.log,
    time: a.time,
    peers: {
      ...SILENT,
      listen: (given) => {
        listener = given;
      },
    },
    decorate: ({ stateReader }) => ({
      stateReader: {
        ...stateReader,
        doctor: async (id) => {
          const read = await stateReader.doctor(id);
          await whenDoctorIsRead();
          return read;
        },
      },
    }),
  });
  await openConsultation(a.application, { expiresAt: a.time.clock.now() + DAY_MS });
  b.application.jobs.joinPeers();
  const joining = { consultationId: 'consultation-1', sender: 'doctor', after: null } as const;
  const session = b.connect('doctor');
  await session.join(joining);
  b.broadcaster.take('doctor');
  whenDoctorIsRead = async () => {
    whenDoctorIsRead = async () => undefined;
    // By then the consultation has been read.
    await turnOfTheLoop();
    await a.application.administration.endConsultation(ADMIN, 'consultation-1');
    const streams = [{ streamId: 'consultation:consultation-1', version: 2 }] as const;
    listener?.heard({ from: 'a', number: null, news: { type: 'moved', streams } });
    await turnOfTheLoop();
  };
  const answer = await session.join(joining);
  expect(b.broadcaster.take('doctor')).toContainEqual(
    expect.objectContaining({ type: 'consultation_updated' }),
  );
  expect(answer).toMatchObject({ consultation: { status: 'ended' } });
});

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

  it('refuses none for a schedule that is open again', async () => {
    const { a, b } = await twoProcesses();
    await setWindows(b, []);
    await setWindows(a, ROUND_THE_CLOCK);
    expect(await say(b.application, HELLO)).toMatchObject({ outcome: 'accepted' });
  });

  it('refuses none in a consultation that was reopened or extended', async () => {
    const { a, b } = await twoProcesses();
    await b.application.administration.endConsultation(ADMIN, 'consultation-1');
    const expiresAt = a.time.clock.now() + DAY_MS;
    await a.application.administration.reopenConsultation(ADMIN, 'consultation-1', expiresAt);
    expect(await say(b.application, HELLO)).toMatchObject({ outcome: 'accepted' });
    await a.application.administration.extendConsultation(ADMIN, 'consultation-1', {
      expiresAt: expiresAt + DAY_MS,
    });
    a.time.stepClock(DAY_MS);
    expect(await say(b.application, HELLO)).toMatchObject({ outcome: 'accepted' });
  });

  it('says of a closed schedule when it opens by the one that there is', async () => {
    const { a, b } = await twoProcesses();
    await setWindows(b, daily('12:00', '13:00'));
    await setWindows(a, daily('14:00', '15:00'));
    const nextOpeningAt = Date.parse('2026-03-02T14:00:00.000Z');
    expect(await say(b.application, HELLO)).toMatchObject({ code: 'doctor.unavailable', nextOpeningAt });
  });

  it('takes a read mark on a message that the other one stored', async () => {
    const { a, b } = await twoProcesses();
    await say(a.application, HELLO);
    const doctor = b.connect('doctor');
    await doctor.join({ consultationId: 'consultation-1', sender: 'doctor', after: null });
    await say(a.application, HELLO);
    expect(
      await doctor.markRead({ consultationId: 'consultation-1', seq: 4, sender: 'doctor' }),
    ).toMatchObject({
      outcome: 'marked',
    });
  });

  it('tells one who joins the last message, the read mark and the status that there are', async () => {
    const { a, b } = await twoProcesses();
    const patient = a.connect('patient');
    await patient.join({ consultationId: 'consultation-1', sender: 'user', after: null });
    await say(a.application, HELLO);
    await patient.markRead({ consultationId: 'consultation-1', seq: 3, sender: 'user' });
    await a.application.administration.endConsultation(ADMIN, 'consultation-1');
    const joined = await b
      .connect('doctor')
      .join({ consultationId: 'consultation-1', sender: 'doctor', after: null });
    expect(joined).toMatchObject({
      headSeq: 3,
      consultation: { readSeq: { user: 3 }, status: 'ended' },
    });
  });

  it('tells one who reads a page that there are more, and the last message', async () => {
    const { a, b } = await twoProcesses();
    await say(a.application, HELLO);
    await say(a.application, HELLO);
    const doctor = b.connect('doctor');
    const read = (from: { after: number } | { before: number }) =>
      doctor.getMessages({ consultationId: 'consultation-1', from, limit: 2 });
    expect(await read({ after: 1 })).toMatchObject({ headSeq: 4, hasMore: true });
    await say(a.application, HELLO);
    expect(await read({ before: 3 })).toMatchObject({ headSeq: 5, hasMore: false });
  });

  it('gives no 412 for the newest version, and one for an old one', async () => {
    const { a, b } = await twoProcesses();
    const ended = await a.application.administration.endConsultation(ADMIN, 'consultation-1');
    const version = ended.outcome === 'done' ? ended.version : 0;
    const reopen = (ifVersion: number) =>
      b.application.administration.reopenConsultation(ADMIN, 'consultation-1', a.time.clock.now() + DAY_MS, {
        idempotencyKey: null,
        ifVersion,
      });
    expect(await reopen(version - 1)).toMatchObject({ code: 'precondition.failed' });
    expect(await reopen(version)).toMatchObject({ outcome: 'done' });
  });

  it('shows a consultation, a doctor and a patient as they are, with their versions', async () => {
    const { a, b } = await twoProcesses();
    const { administration } = a.application;
    const other = b.application.administration;
    await administration.endConsultation(ADMIN, 'consultation-1');
    const consultation = await other.consultation(ADMIN, 'consultation-1');
    expect(consultation).toMatchObject({ value: { status: 'ended' } });
    expect(consultation).toEqual(await administration.consultation(ADMIN, 'consultation-1'));

    await administration.putDoctor(ADMIN, { doctorId: 'doctor-1', name: 'Dr. New', timeZone: 'UTC' });
    const doctor = await other.doctor(ADMIN, 'doctor-1');
    expect(doctor).toMatchObject({ value: { name: 'Dr. New' } });
    expect(doctor).toEqual(await administration.doctor(ADMIN, 'doctor-1'));

    await administration.putPatient(ADMIN, { patientId: 'patient-1', name: 'Mx New' });
    const patient = await other.patient(ADMIN, 'patient-1');
    expect(patient).toMatchObject({ value: { name: 'Mx New' } });
    expect(patient).toEqual(await administration.patient(ADMIN, 'patient-1'));
  });

  it('does not try for ever while the schedule changes faster than it is read', async () => {
    const { a } = await twoProcesses();
    const b = openBeside(a, {}, () =>
      setWindows(
        a,
        a.log.doctor('doctor-1').version % 2 === 0 ? ROUND_THE_CLOCK : ROUND_THE_CLOCK.slice(0, 6),
      ),
    );
    expect(await say(b.application, HELLO)).toMatchObject({ code: 'server.overloaded' });
    expect(a.log.messages('consultation-1')).toHaveLength(2);
  });
});

import { describe, expect, test } from 'vitest';
import type { Caller } from '../../src/application/ports/identity.js';
import type { Session } from '../../src/application/sessions/sessions.js';
import { openConsultation, tomorrow } from '../support/clinic.js';
import { type MemoryApplication, openMemoryApplication } from '../support/memory-application.js';

const PATIENT: Caller = { role: 'patient', id: 'patient-1' };
const DOCTOR: Caller = { role: 'doctor', id: 'doctor-1' };
const ADMIN: Caller = { role: 'admin', id: 'admin-1' };
const STRANGERS: readonly Caller[] = [
  { role: 'patient', id: 'patient-2' },
  { role: 'doctor', id: 'doctor-2' },
  // The same id in another role is somebody else.
  { role: 'patient', id: 'doctor-1' },
  { role: 'doctor', id: 'patient-1' },
];

interface Clinic extends MemoryApplication {
  /** What was read from the database to decide, since it was last asked. */
  takeReads(): readonly string[];
  as(caller: Caller): Session;
}

/** `consultation-1` of `patient-1` and `doctor-1`; the others have a consultation of their own. */
async function openClinic(): Promise<Clinic> {
  let reads: string[] = [];
  const chat = openMemoryApplication({
    isOpen: false,
    decorate: ({ stateReader }) => ({
      stateReader: {
        ...stateReader,
        consultation: (id) => {
          reads.push('consultation');
          return stateReader.consultation(id);
        },
        doctor: (id) => {
          reads.push('doctor');
          return stateReader.doctor(id);
        },
        patient: (id) => {
          reads.push('patient');
          return stateReader.patient(id);
        },
        context: (id, owner) => {
          reads.push(`context of ${owner?.role} ${owner?.id}`);
          return stateReader.context(id, owner);
        },
      },
    }),
  });
  const expiresAt = tomorrow(chat.time.clock.now());
  await openConsultation(chat.application, { expiresAt });
  await openConsultation(chat.application, {
    consultationId: 'consultation-2',
    patientId: 'patient-2',
    doctorId: 'doctor-2',
    expiresAt,
  });
  let connections = 0;
  return {
    ...chat,
    takeReads: () => {
      const taken = reads;
      reads = [];
      return taken;
    },
    as: (caller) => {
      connections += 1;
      return chat.connect(`connection-${connections}`, { caller, expiresAt: null });
    },
  };
}

const QUESTIONS: readonly (readonly [
  string,
  (session: Session, consultationId: string) => Promise<unknown>,
])[] = [
  ['join', (session, consultationId) => session.join({ consultationId, sender: null, after: 0 })],
  [
    'join as a party',
    (session, consultationId) => session.join({ consultationId, sender: 'user', after: null }),
  ],
  [
    'send',
    (session, consultationId) =>
      session.send({ consultationId, sender: 'user', content: 'let me in', clientMessageId: null }),
  ],
  [
    'send as the doctor',
    (session, consultationId) =>
      session.send({ consultationId, sender: 'doctor', content: 'let me in', clientMessageId: 'x' }),
  ],
  ['read', (session, consultationId) => session.getMessages({ consultationId, from: null, limit: 200 })],
  ['mark', (session, consultationId) => session.markRead({ consultationId, seq: 0, sender: null })],
  ['type', (session, consultationId) => session.setTyping({ consultationId, isTyping: true })],
  ['leave', async (session, consultationId) => session.leave(consultationId)],
];

describe('a stranger', () => {
  test.each(QUESTIONS)(
    'who asks to %s is answered as if there were no such consultation, after the same reads',
    async (_name, ask) => {
      for (const caller of STRANGERS) {
        const clinic = await openClinic();
        const session = clinic.as(caller);
        clinic.takeReads();
        const missing = await ask(session, 'consultation-9');
        const readsOfMissing = clinic.takeReads();
        for (const _again of ['as it comes', 'with what the first time has left in memory']) {
          expect(await ask(session, 'consultation-1')).toEqual(missing);
          expect(clinic.takeReads()).toEqual(readsOfMissing);
        }
        expect(clinic.log.messages('consultation-1')).toEqual([]);
        expect(clinic.broadcaster.admitted('consultation-1')).toEqual([]);
      }
    },
  );

  test('costs as much where memory is cold, for a server that has just started', async () => {
    const { log } = await openClinic();
    const reads: string[] = [];
    const { connect } = openMemoryApplication({
      log,
      decorate: ({ stateReader }) => ({
        stateReader: {
          ...stateReader,
          context: (id, owner) => {
            reads.push(id);
            return stateReader.context(id, owner);
          },
        },
      }),
    });
    const session = connect('probe', { caller: { role: 'patient', id: 'patient-2' }, expiresAt: null });
    for (const consultationId of ['consultation-1', 'consultation-9', 'consultation-1', 'consultation-9'])
      await session.getMessages({ consultationId, from: null, limit: 1 });
    expect(reads).toEqual(['consultation-1', 'consultation-9', 'consultation-1', 'consultation-9']);
  });

  test('hears nothing of what goes on', async () => {
    const clinic = await openClinic();
    const session = clinic.as(STRANGERS[0] ?? PATIENT);
    await session.join({ consultationId: 'consultation-1', sender: null, after: null });
    const patient = clinic.as(PATIENT);
    await patient.join({ consultationId: 'consultation-1', sender: null, after: null });
    await patient.setTyping({ consultationId: 'consultation-1', isTyping: true });
    await patient.send({
      consultationId: 'consultation-1',
      sender: 'user',
      content: 'in private',
      clientMessageId: null,
    });
    expect(clinic.broadcaster.inbox('connection-1')).toEqual([]);
  });
});

describe('a party', () => {
  test.each([
    [PATIENT, 'user', 'doctor'],
    [DOCTOR, 'doctor', 'user'],
  ] as const)('%j speaks, marks and is present as %s, and not as %s', async (caller, own, other) => {
    const clinic = await openClinic();
    const session = clinic.as(caller);
    const consultationId = 'consultation-1';
    const message = { consultationId, content: 'hello', clientMessageId: null };
    expect(await session.send({ ...message, sender: other })).toMatchObject({
      code: 'consultation.forbidden',
    });
    expect(await session.join({ consultationId, sender: other, after: null })).toMatchObject({
      code: 'consultation.forbidden',
    });
    expect(clinic.broadcaster.admitted(consultationId)).toEqual([]);
    expect(await session.join({ consultationId, sender: null, after: null })).toMatchObject({
      outcome: 'joined',
      present: [{ userId: caller.id, sender: own }],
    });
    expect(await session.send({ ...message, sender: own })).toMatchObject({ outcome: 'accepted' });
    expect(await session.markRead({ consultationId, seq: 1, sender: other })).toMatchObject({
      code: 'consultation.forbidden',
    });
    expect(await session.markRead({ consultationId, seq: 1, sender: null })).toEqual({
      outcome: 'marked',
      seq: 1,
    });
    const events = clinic.log.stream('consultation:consultation-1').slice(1);
    expect(events.map(({ event, actor }) => [event.type, actor])).toEqual([
      ['MessageSent', { kind: caller.role, id: caller.id }],
      ['MessagesRead', { kind: caller.role, id: caller.id }],
    ]);
  });

  test('who speaks as the other one is told so before anything about the consultation', async () => {
    const clinic = await openClinic();
    const admin = { caller: ADMIN, channel: 'http', requestId: 'r' } as const;
    await clinic.application.administration.endConsultation(admin, 'consultation-1', {
      idempotencyKey: null,
      ifVersion: null,
    });
    const message = { consultationId: 'consultation-1', content: 'hello', clientMessageId: null };
    const session = clinic.as(PATIENT);
    expect(await session.send({ ...message, sender: 'doctor' })).toMatchObject({
      code: 'consultation.forbidden',
    });
    expect(await session.send({ ...message, sender: 'user' })).toMatchObject({
      code: 'consultation.inactive',
    });
  });
});

describe('an administrator', () => {
  test('joins and reads, is seen, and never speaks, types or marks', async () => {
    const clinic = await openClinic();
    const consultationId = 'consultation-1';
    const patient = clinic.as(PATIENT);
    await patient.join({ consultationId, sender: null, after: null });
    const session = clinic.as(ADMIN);
    expect(await session.join({ consultationId, sender: null, after: 0 })).toMatchObject({
      outcome: 'joined',
      present: [{ sender: 'user' }, { userId: 'admin-1', sender: null }],
    });
    expect(clinic.broadcaster.inbox('connection-1')).toContainEqual(
      expect.objectContaining({ type: 'user_joined', userId: 'admin-1', sender: null }),
    );
    expect(await session.getMessages({ consultationId, from: null, limit: 10 })).toMatchObject({
      outcome: 'page',
    });
    const forbidden = { outcome: 'refused', code: 'consultation.forbidden' };
    for (const sender of ['user', 'doctor'] as const) {
      const message = { consultationId, sender, content: 'hello', clientMessageId: null };
      expect(await session.send(message)).toEqual(forbidden);
      expect(await session.markRead({ consultationId, seq: 0, sender })).toEqual(forbidden);
      expect(await clinic.as(ADMIN).join({ consultationId, sender, after: null })).toEqual(forbidden);
    }
    expect(await session.markRead({ consultationId, seq: 0, sender: null })).toEqual(forbidden);
    expect(await session.setTyping({ consultationId, isTyping: true })).toEqual(forbidden);
  });
});

describe('the access log', () => {
  test('has every reading before its answer, by whom and how, and no refusal', async () => {
    const clinic = await openClinic();
    const consultationId = 'consultation-1';
    const patient = clinic.as(PATIENT);
    await patient.join({ consultationId, sender: null, after: null });
    await patient.join({ consultationId, sender: null, after: 0 });
    await clinic.as(DOCTOR).getMessages({ consultationId, from: null, limit: 10 });
    await clinic.as({ role: 'patient', id: 'patient-2' }).join({ consultationId, sender: null, after: 0 });
    const page = await clinic.ports.accessLog.query(
      { consultationId, person: null, from: null, to: null },
      null,
      200,
    );
    const reads = page?.entries.filter(({ kind }) => kind === 'read').toReversed();
    expect(
      reads?.map(({ reader, action, channel, requestId }) => ({ reader, action, channel, requestId })),
    ).toEqual([
      {
        reader: { kind: 'patient', id: 'patient-1' },
        action: 'join',
        channel: 'socket',
        requestId: 'connection-1',
      },
      {
        reader: { kind: 'patient', id: 'patient-1' },
        action: 'catch_up',
        channel: 'socket',
        requestId: 'connection-1',
      },
      {
        reader: { kind: 'doctor', id: 'doctor-1' },
        action: 'read_messages',
        channel: 'socket',
        requestId: 'connection-2',
      },
    ]);
  });

  test('that cannot take the entry keeps what would have been shown', async () => {
    let isBusy = true;
    const chat = openMemoryApplication({
      decorate: ({ accessLog }) => ({
        accessLog: {
          ...accessLog,
          record: async (access) =>
            isBusy ? { outcome: 'overloaded', retryAfterMs: 250 } : accessLog.record(access),
        },
      }),
    });
    await openConsultation(chat.application, { expiresAt: tomorrow(chat.time.clock.now()) });
    const session = chat.connect('c');
    const busy = { outcome: 'refused', code: 'server.overloaded', retryAfterMs: 250 };
    const consultationId = 'consultation-1';
    expect(await session.join({ consultationId, sender: 'user', after: 0 })).toEqual(busy);
    expect(await session.getMessages({ consultationId, from: null, limit: 1 })).toEqual(busy);
    expect(chat.broadcaster.admitted(consultationId)).toEqual([]);
    isBusy = false;
    expect(await session.join({ consultationId, sender: 'user', after: 0 })).toMatchObject({
      outcome: 'joined',
    });
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import type { Identity, Role } from '../../../src/application/ports/identity.js';
import { HOUR_MS, MINUTE_MS } from '../../../src/domain/instant.js';
import { ADMIN, openConsultation } from '../../support/clinic.js';
import { type MemoryApplication, openMemoryApplication } from '../../support/memory-application.js';

const consultationId = 'consultation-1';
const end = { consultationId, sender: null };
const extend = { ...end, durationMinutes: 120 };
let chat: MemoryApplication;

beforeEach(async () => {
  chat = openMemoryApplication();
  await openConsultation(chat.application, { expiresAt: chat.time.clock.now() + HOUR_MS });
});

function as(role: Role, id: string): Identity {
  return { caller: { role, id }, expiresAt: null };
}

async function trail(): Promise<readonly unknown[]> {
  const page = await chat.application.administration.auditTrail(ADMIN, consultationId, {
    after: 0,
    limit: 9,
  });
  return page.outcome === 'refused' ? [] : page.entries.slice(1).map(({ type, actor }) => [type, actor]);
}

describe('extending and ending on a connection', () => {
  test('is for the doctor, of whom the room hears and whom the audit trail names', async () => {
    const doctor = chat.connect('socket-1', as('doctor', 'doctor-1'));
    await chat.connect('socket-2', as('patient', 'patient-1')).join({ ...end, after: null });
    const expiresAt = chat.time.clock.now() + 120 * MINUTE_MS;
    expect(await doctor.extendConsultation(extend)).toMatchObject({
      outcome: 'changed',
      consultation: { status: 'open', expiresAt, doctor: { id: 'doctor-1' } },
    });
    expect(await doctor.endConsultation(end)).toMatchObject({ consultation: { status: 'ended' } });
    const told = chat.broadcaster
      .inbox('socket-2')
      .flatMap((each) => (each.type === 'consultation_updated' ? [each.consultation] : []));
    expect(told).toMatchObject([
      { status: 'open', expiresAt },
      { status: 'ended', expiresAt },
    ]);
    expect(await trail()).toEqual([
      ['ConsultationExtended', { kind: 'doctor', id: 'doctor-1' }],
      ['ConsultationEnded', { kind: 'doctor', id: 'doctor-1' }],
    ]);
  });

  test('is for administrators, too', async () => {
    const admin = chat.connect('socket-1', as('admin', 'admin-9'));
    expect(await admin.extendConsultation(extend)).toMatchObject({ outcome: 'changed' });
    expect(await admin.endConsultation(end)).toMatchObject({ outcome: 'changed' });
    const actor = { kind: 'admin', id: 'admin-9' };
    expect(await trail()).toEqual([
      ['ConsultationExtended', actor],
      ['ConsultationEnded', actor],
    ]);
  });

  test.each([
    ['the patient', 'patient', 'patient-1', 'consultation.forbidden'],
    ['another doctor', 'doctor', 'doctor-2', 'consultation.not_found'],
    ['a doctor with the id of the patient', 'doctor', 'patient-1', 'consultation.not_found'],
    ['another patient', 'patient', 'doctor-1', 'consultation.not_found'],
  ] as const)('is not for %s', async (_, role, id, code) => {
    const session = chat.connect('socket-1', as(role, id));
    for (const sender of [null, 'doctor'] as const) {
      expect(await session.endConsultation({ ...end, sender })).toMatchObject({ code });
      expect(await session.extendConsultation({ ...extend, sender })).toMatchObject({ code });
    }
    expect(await trail()).toEqual([]);
  });

  test('is for whoever says that they are the doctor in demo mode', async () => {
    const anyone = chat.connect('socket-1');
    expect(await anyone.endConsultation(end)).toMatchObject({ code: 'request.invalid', field: 'sender' });
    expect(await anyone.endConsultation({ ...end, sender: 'user' })).toMatchObject({
      code: 'consultation.forbidden',
    });
    await anyone.join({ consultationId, sender: 'doctor', after: null });
    expect(await anyone.extendConsultation(extend)).toMatchObject({ outcome: 'changed' });
    expect(await chat.connect('socket-2').endConsultation({ ...end, sender: 'doctor' })).toMatchObject({
      outcome: 'changed',
    });
  });

  test('is refused by the rules as over HTTP', async () => {
    const doctor = chat.connect('socket-1', as('doctor', 'doctor-1'));
    for (const durationMinutes of [1, 0, 527_041, 1.5]) {
      expect(await doctor.extendConsultation({ ...extend, durationMinutes })).toMatchObject({
        code: 'request.invalid',
        field: 'durationMinutes',
      });
    }
    await doctor.endConsultation(end);
    expect(await doctor.endConsultation(end)).toMatchObject({ code: 'consultation.inactive' });
    expect(await doctor.extendConsultation(extend)).toMatchObject({ code: 'consultation.inactive' });
    const nowhere = { ...end, consultationId: 'nowhere' };
    expect(await doctor.endConsultation(nowhere)).toMatchObject({ code: 'consultation.not_found' });
  });
});

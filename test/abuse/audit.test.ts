import { expect, test } from 'vitest';
import { type Clinic, HOUSES, openClinics } from './clinic.js';

const openClinic = openClinics();
const { consultationId, patientId } = HOUSES.a;

interface Entry {
  readonly action: string;
  readonly requestId: string;
  readonly at: string;
}

/** What an administrator is shown, oldest first; asking adds an entry itself. */
async function entriesOf(clinic: Clinic, query: string): Promise<readonly Entry[]> {
  const response = await clinic.call({
    path: `/api/v1/access-log?limit=200&${query}`,
    token: clinic.token('admin'),
  });
  expect(response.status).toBe(200);
  const { items } = (await response.json()) as { items: Entry[] };
  return items.toReversed();
}

/** The same where the database has no server any more. */
async function storedLeaves(clinic: Clinic): Promise<readonly unknown[]> {
  const rows = await clinic.query(
    `SELECT request_id FROM access_log WHERE action = 'leave' AND reader_kind = 'admin' ORDER BY id`,
  );
  return rows.map(({ request_id: requestId }) => requestId);
}

async function joinAsAdmin(clinic: Clinic): Promise<{ readonly id: string; readonly leave: () => unknown }> {
  const socket = await clinic.connect(clinic.token('admin'), { reconnection: false });
  expect(await socket.emitWithAck('join_consultation', { consultationId, after: 0 })).toMatchObject({
    ok: true,
  });
  return { id: socket.id ?? '', leave: () => socket.disconnect() };
}

const about = 'personKind=admin&personId=admin';

test('an administrator looks around: every look is an entry, and so is how long they stayed', async () => {
  const clinic = await openClinic();
  const token = clinic.token('admin');
  for (const path of ['/access-log', '/access-log?personKind=patient&personId=patient-a', '/patients']) {
    expect((await clinic.call({ path: `/api/v1${path}`, token })).status).toBe(200);
  }
  expect((await clinic.call({ path: `/api/v1/patients/${patientId}`, token })).status).toBe(200);
  const extend = () =>
    clinic.call({
      method: 'POST',
      path: `/api/v1/consultations/${consultationId}/extend`,
      token,
      body: { durationMinutes: 700 },
      headers: { 'idempotency-key': 'again' },
    });
  expect([(await extend()).status, (await extend()).status]).toEqual([200, 200]);
  const visit = await joinAsAdmin(clinic);
  visit.leave();
  await expect.poll(() => storedLeaves(clinic), { timeout: 20_000 }).toEqual([visit.id]);

  const actions = (await entriesOf(clinic, about)).map(({ action }) => action);
  expect(actions.filter((action) => action === 'read_access_log')).toHaveLength(3);
  expect(actions.filter((action) => action === 'list_patients')).toHaveLength(Object.keys(HOUSES).length);
  expect(actions.filter((action) => action === 'read_patient')).toHaveLength(1);
  expect(actions.filter((action) => action === 'repeat_change')).toHaveLength(1);
  const stay = (await entriesOf(clinic, `${about}&consultationId=${consultationId}`)).filter(
    ({ requestId }) => requestId === visit.id,
  );
  expect(stay.map(({ action }) => action)).toEqual(['join', 'leave']);
  // Who looked at the patient: all of that, but not who looked at others.
  const ofPatient = (await entriesOf(clinic, `subjectKind=patient&subjectId=${patientId}&${about}`)).map(
    ({ action }) => action,
  );
  expect(ofPatient.filter((action) => action === 'list_patients')).toHaveLength(1);
  expect(ofPatient).toEqual(expect.arrayContaining(['read_patient', 'join', 'leave', 'repeat_change']));
});

test('who is in a room when the server stops has left it', async () => {
  const clinic = await openClinic();
  const visits = [await joinAsAdmin(clinic), await joinAsAdmin(clinic), await joinAsAdmin(clinic)];
  await clinic.server.stop();
  expect((await storedLeaves(clinic)).toSorted()).toEqual(visits.map(({ id }) => id).toSorted());
});

import { describe, expect, it } from 'vitest';
import { CLIENT_EVENTS } from '../../../src/adapters/socketio/events/client-events.js';
import type { ReadAccess } from '../../../src/application/ports/access-log.js';
import type { Session } from '../../../src/application/sessions/sessions.js';
import { codeSpans, readText, section, tableRows } from '../../architecture/documents.js';
import { openClinic, type Tokens } from './api-clinic.js';
import { type Answered, type ApiHarness, apiHarness, type Call } from './api-harness.js';

const api = apiHarness();

/** What docs/operations.md says: each route and event, and which entries it makes. */
const rows = tableRows(section(await readText('docs/operations.md'), 'The access log'));
const withEntry = new Map(
  rows
    .filter((cells) => cells.length === 3)
    .flatMap(([shown = '', entry = '']) => codeSpans(shown).map((name) => [name, codeSpans(entry)] as const)),
);
const without = rows.filter((cells) => cells.length === 2).flatMap(([shown = '']) => codeSpans(shown));

interface Clinic extends ApiHarness {
  readonly tokens: Tokens;
  /** What was recorded and noted since it was last asked. */
  takeEntries(): readonly ReadAccess[];
  /** From now on the access log takes nothing that somebody waits for. */
  breakAccessLog(): void;
  asAdmin(method: string, path: string, call?: Call): Promise<Answered>;
  readonly patient: Session;
  readonly doctor: Session;
}

async function open(): Promise<Clinic> {
  let entries: ReadAccess[] = [];
  let isBroken = false;
  const harness = await api.open({
    decorate: ({ accessLog }) => ({
      accessLog: {
        ...accessLog,
        record: async (access) => {
          if (isBroken) return { outcome: 'overloaded', retryAfterMs: 1_000 };
          entries.push(access);
          return accessLog.record(access);
        },
        note: (access) => {
          entries.push(access);
          accessLog.note(access);
        },
      },
    }),
  });
  const tokens = await openClinic(harness);
  return {
    ...harness,
    tokens,
    takeEntries: () => {
      const taken = entries;
      entries = [];
      return taken;
    },
    breakAccessLog: () => {
      isBroken = true;
    },
    asAdmin: (method, path, call = {}) =>
      harness.call(method, `/api/v1${path}`, { token: tokens.admin, ...call }),
    patient: harness.memory.connect('socket-1', {
      caller: { role: 'patient', id: 'p-1' },
      expiresAt: null,
    }),
    doctor: harness.memory.connect('socket-2', {
      caller: { role: 'doctor', id: 'dr-1' },
      expiresAt: null,
    }),
  };
}

interface Scene {
  /** What has happened already. */
  readonly prepare?: (clinic: Clinic) => Promise<unknown>;
  readonly ask: (clinic: Clinic) => Promise<object> | object;
}

const get = (path: string): Scene => ({ ask: ({ asAdmin }) => asAdmin('GET', path) });
const change = (method: string, path: string, body?: object): Scene => ({
  ask: ({ asAdmin }) => asAdmin(method, path, { body }),
});
/** What was done under a key is asked for again under it. */
const repeat = (path: string, body?: object): Scene => {
  const ask = ({ asAdmin }: Clinic) =>
    asAdmin('POST', path, { body, headers: { 'idempotency-key': 'once' } });
  return { prepare: ask, ask };
};
const JOIN = { consultationId: 'c-1', sender: null, after: 0 } as const;
const join = ({ patient }: Clinic) => patient.join(JOIN);
const later = { expiresAt: '2026-03-02T12:00:00.000Z' };

const SCENES: Readonly<Record<string, Scene>> = {
  join_consultation: { ask: async (clinic) => [await join(clinic), await join(clinic)].at(-1) ?? {} },
  leave_consultation: { prepare: join, ask: ({ patient }) => patient.leave('c-1') },
  get_messages: {
    ask: ({ patient }) => patient.getMessages({ consultationId: 'c-1', from: null, limit: 5 }),
  },
  send_message: {
    ask: ({ patient }) =>
      patient.send({ consultationId: 'c-1', sender: 'user', content: 'hello', clientMessageId: 'm' }),
  },
  mark_read: { ask: ({ patient }) => patient.markRead({ consultationId: 'c-1', seq: 0, sender: null }) },
  typing: {
    prepare: join,
    ask: ({ patient }) => patient.setTyping({ consultationId: 'c-1', isTyping: true }),
  },
  watch_inbox: {
    ask: ({ doctor }) =>
      doctor.watchInbox({ sort: 'waiting', after: null, limit: 50, sender: null, userId: null }),
  },
  unwatch_inbox: { ask: ({ doctor }) => doctor.unwatchInbox() },
  end_consultation: {
    ask: ({ doctor }) => doctor.endConsultation({ consultationId: 'c-1', sender: null }),
  },
  extend_consultation: {
    ask: ({ doctor }) =>
      doctor.extendConsultation({ consultationId: 'c-1', durationMinutes: 6_000, sender: null }),
  },
  authenticate: {
    ask: ({ patient, tokens }) =>
      patient.authenticate({ channel: 'socket', token: tokens.patient, headers: {} }),
  },
  'GET /consultations': get('/consultations'),
  'GET /consultations/{consultationId}': get('/consultations/c-1'),
  'GET /consultations/{consultationId}/messages': get('/consultations/c-1/messages'),
  'GET /consultations/{consultationId}/events': get('/consultations/c-1/events'),
  'GET /access-log': get('/access-log'),
  'GET /patients': get('/patients'),
  'GET /patients/{patientId}': get('/patients/p-1'),
  'GET /me': get('/me'),
  'GET /doctors': get('/doctors'),
  'GET /doctors/{doctorId}': get('/doctors/dr-1'),
  'GET /doctors/{doctorId}/availability': get('/doctors/dr-1/availability'),
  'POST /consultations': repeat('/consultations', {
    patientId: 'p-1',
    doctorId: 'dr-1',
    durationMinutes: 5,
  }),
  'POST /consultations/{consultationId}/extend': repeat('/consultations/c-1/extend', later),
  'POST /consultations/{consultationId}/end': repeat('/consultations/c-1/end'),
  'POST /consultations/{consultationId}/reopen': {
    prepare: async (clinic) => {
      await clinic.asAdmin('POST', '/consultations/c-1/end');
      await repeat('/consultations/c-1/reopen', later).ask(clinic);
    },
    ask: repeat('/consultations/c-1/reopen', later).ask,
  },
  'POST /patients': repeat('/patients', { name: 'Mx Again' }),
  'POST /doctors': change('POST', '/doctors', { name: 'Dr New', timeZone: 'UTC' }),
  'PUT /doctors/{doctorId}': change('PUT', '/doctors/dr-1', { name: 'Dr dr-1', timeZone: 'UTC' }),
  // As the name is already: what is changed is its own entry, the event.
  'PUT /patients/{patientId}': change('PUT', '/patients/p-1', { name: 'Mx p-1' }),
  'PUT /doctors/{doctorId}/schedule': change('PUT', '/doctors/dr-1/schedule', { windows: [] }),
  'PUT /doctors/{doctorId}/time-zone': change('PUT', '/doctors/dr-1/time-zone', {
    timeZone: 'Europe/Vienna',
  }),
  'PUT /doctors/{doctorId}/overrides/{date}': change('PUT', '/doctors/dr-1/overrides/2026-12-24', {
    windows: [],
  }),
  'DELETE /doctors/{doctorId}/overrides/{date}': change('DELETE', '/doctors/dr-1/overrides/2026-12-24'),
};

function sceneOf(name: string): Scene {
  const scene = SCENES[name];
  if (scene === undefined) throw new Error(`nothing here asks for ${name}`);
  return scene;
}

/** A status below 400, or an outcome that is no refusal. */
function isShown(answer: object): boolean {
  return 'status' in answer
    ? Number(answer.status) < 400
    : 'outcome' in answer && answer.outcome !== 'refused';
}

it('docs/operations.md decides for every route and every event of a client whether it makes an entry', async () => {
  const { document } = await api.open();
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
  );
  const decided = [...withEntry.keys(), ...without];
  expect(decided.toSorted()).toEqual([...routes, ...Object.keys(CLIENT_EVENTS)].sort());
});

describe('shown with an entry', () => {
  it.each([...withEntry])('%s: %j', async (name, actions) => {
    const clinic = await open();
    const { prepare, ask } = sceneOf(name);
    await prepare?.(clinic);
    clinic.takeEntries();
    expect(isShown(await ask(clinic))).toBe(true);
    expect([...new Set(clinic.takeEntries().map(({ action }) => action))]).toEqual(actions);
  });

  it.each([...withEntry.keys()].filter((name) => name !== 'leave_consultation'))(
    '%s is not shown when the entry cannot be stored',
    async (name) => {
      const clinic = await open();
      const { prepare, ask } = sceneOf(name);
      await prepare?.(clinic);
      clinic.breakAccessLog();
      const answer = await ask(clinic);
      expect(JSON.stringify(answer)).toContain('server.overloaded');
      expect(JSON.stringify(answer)).not.toMatch(/Mx |Dr |readSeq|ConsultationOpened/);
      expect(clinic.memory.broadcaster.admitted('c-1')).toEqual([]);
    },
  );
});

describe('shown without an entry', () => {
  it.each(without)('%s', async (name) => {
    const clinic = await open();
    const { prepare, ask } = sceneOf(name);
    await prepare?.(clinic);
    clinic.takeEntries();
    clinic.breakAccessLog();
    expect(isShown(await ask(clinic))).toBe(true);
    expect(clinic.takeEntries()).toEqual([]);
  });
});

describe('an entry', () => {
  const about = ({ action, consultationId, subject }: ReadAccess) =>
    [action, consultationId, subject === null ? null : `${subject.kind} ${subject.id}`] as const;

  async function entriesOf(...paths: readonly string[]) {
    const clinic = await open();
    for (const path of paths) await clinic.asAdmin('GET', path);
    return clinic.takeEntries().map(about);
  }

  it.each([
    ['nobody', '/access-log', [['read_access_log', null, null]]],
    ['a time', '/access-log?from=2026-01-01T00:00:00Z', [['read_access_log', null, null]]],
    ['a person', '/access-log?personKind=doctor&personId=dr-1', [['read_access_log', null, 'doctor dr-1']]],
    [
      'what concerns a person',
      '/access-log?subjectKind=patient&subjectId=p-1',
      [['read_access_log', null, 'patient p-1']],
    ],
    [
      'what one person saw of another',
      '/access-log?subjectKind=patient&subjectId=p-1&personKind=doctor&personId=dr-1',
      [
        ['read_access_log', null, 'doctor dr-1'],
        ['read_access_log', null, 'patient p-1'],
      ],
    ],
    ['a consultation', '/access-log?consultationId=c-1', [['read_access_log', 'c-1', null]]],
    [
      'a consultation and a person',
      '/access-log?consultationId=c-1&personKind=doctor&personId=dr-1',
      [['read_access_log', 'c-1', 'doctor dr-1']],
    ],
    [
      'all patients',
      '/patients',
      [
        ['list_patients', null, 'patient p-1'],
        ['list_patients', null, 'patient p-2'],
      ],
    ],
    ['a patient', '/patients/p-2', [['read_patient', null, 'patient p-2']]],
    [
      'a list that turns out empty',
      '/consultations?patientId=p-2&doctorId=dr-1',
      [
        ['list_consultations', null, 'patient p-2'],
        ['list_consultations', null, 'doctor dr-1'],
      ],
    ],
    ['an empty list about nobody', '/consultations?status=expired', [['list_consultations', null, null]]],
    ['nobody who is there', '/patients/p-9', []],
  ])('names what an administrator asked for: %s', async (_what, path, expected) => {
    expect(await entriesOf(path)).toEqual(expected);
  });

  it('is made by each page, and by the last one, which may be empty', async () => {
    const clinic = await open();
    const { json: first } = await clinic.asAdmin('GET', '/patients?limit=1');
    clinic.takeEntries();
    await clinic.asAdmin('GET', `/patients?limit=1&after=${first.nextCursor}`);
    expect(clinic.takeEntries().map(about)).toEqual([['list_patients', null, 'patient p-2']]);
    const end = Buffer.from('patients p-9').toString('base64url');
    await clinic.asAdmin('GET', `/patients?after=${end}`);
    expect(clinic.takeEntries().map(about)).toEqual([['list_patients', null, null]]);
    const { json: page } = await clinic.asAdmin('GET', '/access-log?limit=1');
    clinic.takeEntries();
    await clinic.asAdmin('GET', `/access-log?limit=1&after=${page.nextCursor}`);
    expect(clinic.takeEntries().map(about)).toEqual([['read_access_log', null, null]]);
  });

  it('is made by HEAD and by what has not changed, too', async () => {
    const clinic = await open();
    await clinic.asAdmin('HEAD', '/patients/p-1');
    const same = await clinic.asAdmin('GET', '/patients/p-1', { headers: { 'if-none-match': '"1"' } });
    expect(same.status).toBe(304);
    expect(clinic.takeEntries().map(about)).toEqual([
      ['read_patient', null, 'patient p-1'],
      ['read_patient', null, 'patient p-1'],
    ]);
  });

  it('is one for a list of one’s own', async () => {
    const clinic = await open();
    for (const token of [clinic.tokens.doctor, clinic.tokens.stranger]) {
      await clinic.call('GET', '/api/v1/consultations', { token });
    }
    expect(clinic.takeEntries().map(about)).toEqual([
      ['list_consultations', null, 'doctor dr-1'],
      ['list_consultations', null, 'patient p-2'],
    ]);
  });

  it('is made by no refusal, which shows nobody', async () => {
    const clinic = await open();
    const statuses = [
      await clinic.asAdmin('POST', '/consultations/c-1/end', { headers: { 'if-match': '"7"' } }),
      await clinic.asAdmin('POST', '/consultations/c-1/reopen', { body: later }),
      await clinic.asAdmin('POST', '/patients', { body: { id: 'p-1', name: 'Somebody else' } }),
      await clinic.call('GET', '/api/v1/patients/p-1', { token: clinic.tokens.doctor }),
      await clinic.call('GET', '/api/v1/access-log', { token: clinic.tokens.doctor }),
    ].map(({ status, text }) => [status, /Mx |Dr |readSeq/.test(text)]);
    expect(statuses).toEqual([
      [412, false],
      [409, false],
      [409, false],
      [404, false],
      [403, false],
    ]);
    expect(clinic.takeEntries()).toEqual([]);
  });

  it('tells on the first page of the log who is reading it, and on no page twice', async () => {
    const clinic = await open();
    const ids: string[] = [];
    let after = '';
    for (let page = 0; page < 10; page += 1) {
      await clinic.memory.time.advance(1_000);
      const { json } = await clinic.asAdmin('GET', `/access-log?limit=1${after}`);
      ids.push(
        ...json.items.map(({ requestId, action }: Record<string, string>) => `${action} ${requestId}`),
      );
      if (json.nextCursor === null) break;
      after = `&after=${json.nextCursor}`;
    }
    expect(ids.filter((id) => id.startsWith('read_access_log'))).toHaveLength(1);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

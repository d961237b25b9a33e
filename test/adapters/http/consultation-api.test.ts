import { describe, expect, it } from 'vitest';
import { toWireMessage } from '../../../src/adapters/edge/wire-message.js';
import { toMessagePage } from '../../../src/adapters/http/api/consultation-schemas.js';
import { openClinic } from './api-clinic.js';
import { type ApiHarness, apiHarness } from './api-harness.js';

const api = apiHarness();
/** `MONDAY_MORNING` and half an hour. */
const EXPIRES_AT = '2026-03-02T10:30:00.000Z';

async function open() {
  const harness = await api.open();
  const tokens = await openClinic(harness);
  const asAdmin: typeof harness.call = (method, path, call = {}) =>
    harness.call(method, `/api/v1${path}`, { token: tokens.admin, ...call });
  return { ...harness, tokens, asAdmin };
}

async function say({ memory }: ApiHarness, ...contents: readonly string[]): Promise<void> {
  const { application, authenticator } = memory;
  const signedIn = await application.sessions.authenticate({
    channel: 'socket',
    token: authenticator.issue({ role: 'patient', id: 'p-1' }),
    headers: {},
  });
  if (signedIn.outcome === 'refused') throw new Error(signedIn.code);
  const session = application.sessions.open('socket-1', signedIn.identity);
  for (const content of contents) {
    const message = { consultationId: 'c-1', sender: 'user', content, clientMessageId: null } as const;
    const answer = await session.send(message);
    if (answer.outcome === 'refused') throw new Error(answer.code);
  }
}

describe('a consultation', () => {
  it('is opened until a moment or for minutes, and found by those whose it is', async () => {
    const { asAdmin, call, tokens } = await open();
    const body = {
      id: 'c-2',
      patientId: 'p-1',
      doctorId: 'dr-1',
      expiresAt: '2026-03-02T12:30:00.000+02:00',
    };
    const made = await asAdmin('POST', '/consultations', { body });

    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe('/api/v1/consultations/c-2');
    expect(made.json).toEqual({
      id: 'c-2',
      patientId: 'p-1',
      doctorId: 'dr-1',
      patient: { id: 'p-1', name: 'Mx p-1' },
      doctor: { id: 'dr-1', name: 'Dr dr-1' },
      isActive: true,
      status: 'open',
      expiresAt: EXPIRES_AT,
      readSeq: { user: 0, doctor: 0 },
    });
    for (const token of [tokens.admin, tokens.patient, tokens.doctor]) {
      const found = await call('GET', '/api/v1/consultations/c-2', { token });
      expect([found.status, found.json]).toEqual([200, made.json]);
    }
    const first = await asAdmin('GET', '/consultations/c-1');
    expect(first.json.expiresAt).toBe(EXPIRES_AT);
  });

  it('gets an id, the same for a repeat', async () => {
    const { asAdmin } = await open();
    const body = { patientId: 'p-1', doctorId: 'dr-1', durationMinutes: 5 };
    const headers = { 'idempotency-key': 'k' };
    const first = await asAdmin('POST', '/consultations', { body, headers });
    expect((await asAdmin('POST', '/consultations', { body, headers })).json).toEqual(first.json);
    const other = await asAdmin('POST', '/consultations', { body: { ...body, patientId: 'p-2' }, headers });
    expect([other.status, other.json.code]).toEqual([422, 'idempotency.conflict']);
  });

  it('is extended, ended and opened again, seen at once by those who are connected', async () => {
    const { asAdmin, memory } = await open();
    const identity = { caller: { role: 'patient', id: 'p-1' }, expiresAt: null } as const;
    const session = memory.connect('socket-1', identity);
    await session.join({ consultationId: 'c-1', after: null, sender: null });
    memory.broadcaster.take('socket-1');
    const extended = await asAdmin('POST', '/consultations/c-1/extend', { body: { durationMinutes: 60 } });
    expect([extended.status, extended.json.expiresAt]).toEqual([200, '2026-03-02T11:00:00.000Z']);
    expect(extended.headers.get('etag')).toBe('"2"');
    const ended = await asAdmin('POST', '/consultations/c-1/end');
    expect(ended.json).toMatchObject({ isActive: false, status: 'ended' });
    const expiresAt = '2026-03-02T12:00:00.000Z';
    const reopened = await asAdmin('POST', '/consultations/c-1/reopen', { body: { expiresAt } });
    expect(reopened.json).toMatchObject({ isActive: true, status: 'open', expiresAt });
    const told = memory.broadcaster.take('socket-1').map(({ type }) => type);
    expect(told.filter((type) => type === 'consultation_updated')).toHaveLength(3);
  });

  it('refuses what does not fit how it stands', async () => {
    const { asAdmin, memory } = await open();
    const refusal = async (path: string, body?: object) => {
      const { status, json } = await asAdmin('POST', `/consultations/c-1/${path}`, { body });
      return [status, json.code];
    };
    const expiresAt = '2026-03-02T12:00:00.000Z';
    expect(await refusal('reopen', { expiresAt })).toEqual([409, 'consultation.still_open']);
    await asAdmin('POST', '/consultations/c-1/end');
    expect(await refusal('end')).toEqual([409, 'consultation.inactive']);
    expect(await refusal('extend', { expiresAt })).toEqual([409, 'consultation.inactive']);
    await asAdmin('POST', '/consultations/c-1/reopen', { body: { expiresAt } });
    await memory.time.advance(Date.parse(expiresAt) - memory.time.clock.now());
    expect(await refusal('extend', { durationMinutes: 5 })).toEqual([409, 'consultation.expired']);
    const body = { id: 'c-1', patientId: 'p-1', doctorId: 'dr-1', durationMinutes: 5 };
    const taken = await asAdmin('POST', '/consultations', { body });
    expect([taken.status, taken.json.code]).toEqual([409, 'consultation.already_exists']);
  });

  it.each([
    ['extend', { durationMinutes: 60 }],
    ['end', undefined],
    ['reopen', { expiresAt: '2026-03-02T12:00:00.000Z' }],
  ])('is not changed by who has seen another state: %s', async (change, body) => {
    const { asAdmin } = await open();
    const path = `/consultations/c-1/${change}`;
    const stale = await asAdmin('POST', path, { body, headers: { 'if-match': '"7"' } });
    expect([stale.status, stale.json.code]).toEqual([412, 'precondition.failed']);
    const malformed = await asAdmin('POST', path, { body, headers: { 'if-match': 'one' } });
    expect(malformed.status).toBe(400);
  });

  it('is ended once under one key', async () => {
    const { asAdmin } = await open();
    const headers = { 'idempotency-key': 'end-1', 'content-type': 'application/json' };
    const first = await asAdmin('POST', '/consultations/c-1/end', { headers });
    const again = await asAdmin('POST', '/consultations/c-1/end', { headers });
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.json).toEqual(first.json);
  });

  it.each([
    [{ patientId: 'nobody', doctorId: 'dr-1', durationMinutes: 5 }, 404, 'patientId'],
    [{ patientId: 'p-1', doctorId: 'nobody', durationMinutes: 5 }, 404, 'doctorId'],
    [{ patientId: 'p-1', doctorId: 'dr-1' }, 400, 'expiresAt'],
    [
      { patientId: 'p-1', doctorId: 'dr-1', expiresAt: '2027-01-01T00:00:00Z', durationMinutes: 5 },
      400,
      'durationMinutes',
    ],
    [{ patientId: 'p-1', doctorId: 'dr-1', durationMinutes: 0 }, 400, 'durationMinutes'],
    [{ patientId: 'p-1', doctorId: 'dr-1', durationMinutes: 527_041 }, 400, 'durationMinutes'],
    [{ patientId: 'p-1', doctorId: 'dr-1', expiresAt: 1_800_000_000_000 }, 400, 'expiresAt'],
    [{ patientId: 'p-1', doctorId: 'dr-1', expiresAt: '2026-01-01T00:00:00Z' }, 400, 'expiresAt'],
    [{ id: '', patientId: 'p-1', doctorId: 'dr-1', durationMinutes: 5 }, 400, 'id'],
    [{ doctorId: 'dr-1', durationMinutes: 5 }, 400, 'patientId'],
  ])('is not opened from %j', async (body, status, field) => {
    const { asAdmin } = await open();
    const refused = await asAdmin('POST', '/consultations', { body });
    expect([refused.status, refused.json.field]).toEqual([status, field]);
  });

  it('is listed to whom it concerns, filtered, page by page', async () => {
    const { asAdmin, call, tokens } = await open();
    const body = { id: 'c-2', patientId: 'p-2', doctorId: 'dr-1', durationMinutes: 30 };
    await asAdmin('POST', '/consultations', { body });
    await asAdmin('POST', '/consultations/c-2/end');
    const ids = async (token: string, query = '') => {
      const { json } = await call('GET', `/api/v1/consultations${query}`, { token });
      return json.items.map(({ id }: { id: string }) => id);
    };
    expect(await ids(tokens.admin)).toEqual(['c-1', 'c-2']);
    expect(await ids(tokens.admin, '?patientId=p-1')).toEqual(['c-1']);
    expect(await ids(tokens.admin, '?doctorId=dr-2')).toEqual([]);
    expect(await ids(tokens.admin, '?status=ended')).toEqual(['c-2']);
    expect(await ids(tokens.doctor)).toEqual(['c-1', 'c-2']);
    expect(await ids(tokens.patient)).toEqual(['c-1']);
    expect(await ids(tokens.patient, '?patientId=p-2')).toEqual([]);
    expect(await ids(tokens.otherDoctor)).toEqual([]);
    const { json: first } = await asAdmin('GET', '/consultations?limit=1');
    expect(await ids(tokens.admin, `?limit=1&after=${first.nextCursor}`)).toEqual(['c-2']);
    const wrong = await asAdmin('GET', '/consultations?status=closed');
    expect([wrong.status, wrong.json.field]).toEqual([400, 'status']);
  });

  it.each([
    ['GET', '', undefined],
    ['GET', '/messages', undefined],
    ['GET', '/events', undefined],
    ['POST', '/extend', { durationMinutes: 5 }],
    ['POST', '/end', undefined],
    ['POST', '/reopen', { expiresAt: EXPIRES_AT }],
  ])('looks to strangers like one that does not exist: %s %s', async (method, path, body) => {
    const { call, tokens } = await open();
    for (const token of [tokens.stranger, tokens.otherDoctor]) {
      const there = await call(method, `/api/v1/consultations/c-1${path}`, { token, body });
      const nowhere = await call(method, `/api/v1/consultations/c-none${path}`, { token, body });
      expect([there.status, there.json.code]).toEqual([404, 'consultation.not_found']);
      expect({ ...there.json, requestId: '' }).toEqual({ ...nowhere.json, requestId: '' });
    }
  });

  it('is listed as in an inbox, in the order and with the filter that are asked for', async () => {
    const harness = await open();
    const { asAdmin, call, tokens } = harness;
    const body = { id: 'c-9', patientId: 'p-1', doctorId: 'dr-1', durationMinutes: 60 };
    await asAdmin('POST', '/consultations', { body });
    await say(harness, 'one', 'two');
    const list = async (query: string, token = tokens.doctor) => {
      const { status, json } = await call('GET', `/api/v1/consultations${query}`, { token });
      return status === 200 ? json.items.map(({ id }: { id: string }) => id) : [json.code, json.field];
    };
    const { json } = await call('GET', '/api/v1/consultations?sort=waiting&limit=1', {
      token: tokens.doctor,
    });
    expect(json.items).toMatchObject([
      {
        id: 'c-1',
        readSeq: { user: 0, doctor: 0 },
        openedAt: '2026-03-02T10:00:00.000Z',
        headSeq: 2,
        unread: 2,
        lastMessageAt: '2026-03-02T10:00:00.000Z',
        lastSender: 'user',
        waitingSince: '2026-03-02T10:00:00.000Z',
        ahead: 0,
        present: [],
      },
    ]);
    const next = `sort=waiting&after=${json.nextCursor}`;
    expect(await list(`?${next}`)).toEqual(['c-9']);
    expect(await list(`?sort=activity&after=${json.nextCursor}`)).toEqual(['request.invalid', 'after']);
    expect(await list('?sort=activity')).toEqual(['c-9', 'c-1']);
    expect(await list('?unread=true')).toEqual(['c-1']);
    expect(await list('?unread=true', tokens.patient)).toEqual([]);
    expect(await list('?sort=name')).toEqual(['request.invalid', 'sort']);
    // Nobody's inbox, but that of whom they name.
    expect(await list('?sort=waiting', tokens.admin)).toEqual(['request.invalid', 'sort']);
    expect(await list('?unread=true', tokens.admin)).toEqual(['request.invalid', 'unread']);
    expect(await list('?sort=waiting&doctorId=dr-1', tokens.admin)).toEqual(['c-1', 'c-9']);
    const { json: ofAdmin } = await asAdmin('GET', '/consultations?limit=1');
    expect(ofAdmin.items).toMatchObject([{ unread: null, readSeq: { user: 0, doctor: 0 } }]);
  });

  it('is extended and ended by its doctor, who stands in the audit trail', async () => {
    const { call, tokens } = await open();
    const path = '/api/v1/consultations/c-1';
    const { json: before, headers } = await call('GET', path, { token: tokens.doctor });
    const body = { durationMinutes: 6_000 };
    const stale = { 'if-match': '"99"' };
    const refused = await call('POST', `${path}/extend`, { token: tokens.doctor, body, headers: stale });
    expect([refused.status, refused.json.code]).toEqual([412, 'precondition.failed']);
    const fresh = { 'if-match': headers.get('etag') ?? '' };
    const extended = await call('POST', `${path}/extend`, { token: tokens.doctor, body, headers: fresh });
    expect(extended.status).toBe(200);
    expect(extended.json.expiresAt > before.expiresAt).toBe(true);
    for (const [given, field] of [
      [{ durationMinutes: 527_041 }, 'durationMinutes'],
      [{ durationMinutes: 0 }, 'durationMinutes'],
      [{ durationMinutes: 5_999 }, 'durationMinutes'],
      [{ expiresAt: '2026-01-01T00:00:00Z' }, 'expiresAt'],
      [{ expiresAt: extended.json.expiresAt }, 'expiresAt'],
    ] as const) {
      const answer = await call('POST', `${path}/extend`, { token: tokens.doctor, body: given });
      expect([given, answer.status, answer.json.code, answer.json.field]).toEqual([
        given,
        400,
        'request.invalid',
        field,
      ]);
    }
    const ended = await call('POST', `${path}/end`, { token: tokens.doctor });
    expect([ended.status, ended.json.status]).toEqual([200, 'ended']);
    for (const [action, given] of [
      ['end', undefined],
      ['extend', body],
    ] as const) {
      const again = await call('POST', `${path}/${action}`, { token: tokens.doctor, body: given });
      expect([again.status, again.json.code]).toEqual([409, 'consultation.inactive']);
    }
    const { json: trail } = await call('GET', `${path}/events`, { token: tokens.admin });
    const actors = trail.items.map(({ type, actor }: { type: string; actor: object }) => [type, actor]);
    expect(actors.slice(1)).toEqual([
      ['ConsultationExtended', { kind: 'doctor', id: 'dr-1' }],
      ['ConsultationEnded', { kind: 'doctor', id: 'dr-1' }],
    ]);
  });

  it('is managed otherwise by none of its parties', async () => {
    const { call, tokens } = await open();
    const attempts = [
      ['/end', tokens.patient, undefined],
      ['/extend', tokens.patient, { durationMinutes: 6_000 }],
      ['/reopen', tokens.patient, { expiresAt: EXPIRES_AT }],
      ['/reopen', tokens.doctor, { expiresAt: EXPIRES_AT }],
    ] as const;
    for (const [path, token, body] of attempts) {
      const { status, json } = await call('POST', `/api/v1/consultations/c-1${path}`, { token, body });
      expect([path, status, json.code]).toEqual([path, 403, 'auth.forbidden']);
    }
    for (const token of [tokens.patient, tokens.doctor]) {
      const trail = await call('GET', '/api/v1/consultations/c-1/events', { token });
      expect([trail.status, trail.json.code]).toEqual([403, 'auth.forbidden']);
    }
  });
});

describe('what was said and done', () => {
  it('has messages as on the sockets, in both directions', async () => {
    const harness = await open();
    await say(harness, 'one', 'two', 'three');
    const read = async (query: string) => {
      const path = `/api/v1/consultations/c-1/messages${query}`;
      const { json } = await harness.call('GET', path, { token: harness.tokens.doctor });
      const contents = json.messages.map(({ content }: { content: string }) => content);
      return [contents, json.headSeq, json.hasMore];
    };
    expect(await read('')).toEqual([['one', 'two', 'three'], 3, false]);
    expect(await read('?limit=2')).toEqual([['two', 'three'], 3, true]);
    expect(await read('?after=0&limit=2')).toEqual([['one', 'two'], 3, true]);
    expect(await read('?after=2')).toEqual([['three'], 3, false]);
    expect(await read('?before=3&limit=1')).toEqual([['two'], 3, true]);
    for (const [query, field] of [
      ['?after=-1', 'after'],
      ['?after=x', 'after'],
      ['?after=1&before=3', 'before'],
      ['?before=99999999999', 'before'],
      ['?limit=', 'limit'],
    ]) {
      const { status, json } = await harness.asAdmin('GET', `/consultations/c-1/messages${query}`);
      expect([status, json.field]).toEqual([400, field]);
    }
  });

  it('has the same shape as on the sockets', () => {
    const message = {
      messageId: 'm-1',
      consultationId: 'c-1',
      sender: 'user',
      content: 'Hello',
      sentAt: 0,
      seq: 1,
      clientMessageId: null,
      patient: { id: 'p-1', name: 'P' },
      doctor: { id: 'dr-1', name: 'D' },
    } as const;
    const inHttp = (one: Parameters<typeof toWireMessage>[0]) =>
      toMessagePage({ outcome: 'page', messages: [one], headSeq: 1, hasMore: false }).messages[0];
    expect(inHttp(message)).toEqual(toWireMessage(message));
    expect(inHttp(message)).not.toHaveProperty('clientMessageId');
    const named = { ...message, clientMessageId: 'x' };
    expect(inHttp(named)).toEqual(toWireMessage(named));
    expect(inHttp(named)).toHaveProperty('clientMessageId', 'x');
  });

  it('has an audit trail without a word of what was said', async () => {
    const harness = await open();
    await say(harness, 'a secret');
    const { json, text } = await harness.asAdmin('GET', '/consultations/c-1/events?limit=1');
    expect(json.items).toEqual([
      expect.objectContaining({
        version: 1,
        type: 'ConsultationOpened',
        actor: { kind: 'admin', id: 'admin-1' },
      }),
    ]);
    const rest = await harness.asAdmin('GET', `/consultations/c-1/events?after=${json.nextCursor}`);
    expect(rest.json).toMatchObject({ items: [{ version: 2, type: 'MessageSent' }], nextCursor: null });
    expect(text + rest.text).not.toContain('secret');
    const wrong = await harness.asAdmin('GET', '/consultations/c-1/events?after=1');
    expect([wrong.status, wrong.json.field]).toEqual([400, 'after']);
  });

  it('has a log of who looked, with the id of the request', async () => {
    const harness = await open();
    const { headers } = await harness.call('GET', '/api/v1/consultations/c-1/messages', {
      token: harness.tokens.doctor,
    });
    const about = '/access-log?consultationId=c-1&personKind=doctor&personId=dr-1';
    const { json } = await harness.asAdmin('GET', about);
    expect(json).toEqual({
      items: [
        {
          at: '2026-03-02T10:00:00.000Z',
          person: { kind: 'doctor', id: 'dr-1' },
          consultationId: 'c-1',
          subject: null,
          kind: 'read',
          action: 'read_messages',
          channel: 'http',
          requestId: headers.get('x-request-id'),
        },
      ],
      nextCursor: null,
    });
    const first = await harness.asAdmin('GET', '/access-log?limit=1');
    expect(first.json.items).toHaveLength(1);
    const next = await harness.asAdmin('GET', `/access-log?limit=1&after=${first.json.nextCursor}`);
    expect(next.json.items).not.toEqual(first.json.items);
    const none = await harness.asAdmin('GET', '/access-log?to=2026-03-02T10:00:00.000Z');
    expect(none.json.items).toEqual([]);
  });

  it.each([
    ['personKind=doctor', 'personId'],
    ['personId=dr-1', 'personKind'],
    ['personKind=nurse&personId=n-1', 'personKind'],
    ['subjectKind=patient', 'subjectId'],
    ['subjectId=p-1', 'subjectKind'],
    ['subjectKind=nurse&subjectId=n-1', 'subjectKind'],
    ['from=today', 'from'],
    ['after=zzz', 'after'],
    ['consultationId=', 'consultationId'],
  ])('is not asked for by %s', async (query, field) => {
    const { asAdmin } = await open();
    const { status, json } = await asAdmin('GET', `/access-log?${query}`);
    expect([status, json.field]).toEqual([400, field]);
  });
});

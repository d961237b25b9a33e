import { expect, test } from 'vitest';
import { openServers } from '../support/server-process.js';
import { createSigningKey, signToken, startJwksServer, TEST_SECRET } from '../support/tokens.js';
import { collect, join, next, send } from './client.js';
import { demoDatabase } from './demo-database.js';

const servers = openServers();

const NEXT_SECRET = 'the-next-secret-of-32-bytes-or-so';
const ALL_WEEK = [0, 1, 2, 3, 4, 5, 6].map((dayOfWeek) => ({
  dayOfWeek,
  startTime: '00:00',
  endTime: '23:59',
}));

/** Ids as Auth0, an e-mail sign-in and a directory make them; the last one as long as they may be. */
const PEOPLE = {
  patient: 'auth0|5f7c8ec7c33c6c004bbafe82',
  doctor: 'ada.okafor+chat@clinic.example',
  other: `urn:uuid:${'x'.repeat(119)}`,
} as const;
const CONSULTATION = 'consultation-of-issuers';

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

function apiOf(url: string, token: string) {
  return async (method: string, path: string, body?: unknown, headers = {}): Promise<Reply> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  };
}

/** Registers the people, and a consultation of two of them. */
async function furnish(call: ReturnType<typeof apiOf>): Promise<readonly Reply[]> {
  const doctor = { name: 'Dr Okafor', timeZone: 'UTC', windows: ALL_WEEK };
  return [
    await call('POST', '/api/v1/doctors', { ...doctor, id: PEOPLE.doctor }),
    await call('POST', '/api/v1/doctors', { ...doctor, id: PEOPLE.other }),
    await call('POST', '/api/v1/patients', { id: PEOPLE.patient, name: 'Jamie' }),
    await call('POST', '/api/v1/patients', { id: PEOPLE.other, name: 'Other' }),
    await call('POST', '/api/v1/consultations', {
      id: CONSULTATION,
      patientId: PEOPLE.patient,
      doctorId: PEOPLE.doctor,
      durationMinutes: 60,
    }),
  ];
}

test('Keycloak: roles within a realm, keys that it publishes beside one for encryption', async () => {
  const issuer = 'https://sso.clinic.example/realms/clinic';
  const key = await createSigningKey('RS256', 'kc-sig');
  const encryption = await createSigningKey('RS256', 'kc-enc');
  const jwks = await startJwksServer([
    key,
    { ...encryption, publicJwk: { ...encryption.publicJwk, alg: 'RSA-OAEP', use: 'enc' } },
  ]);
  const server = await servers.start({
    env: {
      ...(await demoDatabase()),
      CHAT_JWKS_URL: jwks.url,
      CHAT_JWT_ISSUER: issuer,
      CHAT_JWT_SUBJECT_CLAIM: 'preferred_username',
      CHAT_JWT_ROLE_CLAIM: 'realm_access.roles',
      CHAT_JWT_ROLES: 'practitioner=doctor,member=patient,chat-admin=admin',
    },
  });
  const tokenOf = (username: string, ...roles: string[]) =>
    signToken({
      sub: '6f1f4f4e-2c2b-4a4b-9c0d-2f1f7f1f7a10',
      role: '',
      key,
      issuer,
      claims: {
        role: undefined,
        typ: 'Bearer',
        azp: 'chat-web',
        aud: 'account',
        preferred_username: username,
        realm_access: { roles: ['offline_access', 'default-roles-clinic', ...roles] },
        resource_access: { account: { roles: ['manage-account'] } },
      },
    });

  const call = apiOf(server.url, await tokenOf('operator@clinic.example', 'chat-admin'));
  expect((await furnish(call)).map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);

  const connect = async (...who: Parameters<typeof tokenOf>) =>
    servers.connect(server.url, { auth: { token: await tokenOf(...who) } });
  const doctor = await connect(PEOPLE.doctor, 'practitioner');
  const patient = await connect(PEOPLE.patient, 'member');
  expect(await join(doctor, CONSULTATION)).toMatchObject({ ok: true });
  const joined = next(doctor, 'user_joined');
  expect(await join(patient, CONSULTATION)).toMatchObject({
    ok: true,
    present: [
      { userId: PEOPLE.doctor, sender: 'doctor' },
      { userId: PEOPLE.patient, sender: 'user' },
    ],
  });
  expect(await joined).toMatchObject({ userId: PEOPLE.patient, sender: 'user' });
  const heard = collect(doctor, 'new_message');
  expect(await send(patient, CONSULTATION, 'Hello')).toMatchObject({ ok: true });
  await expect
    .poll(() => heard)
    .toMatchObject([{ user: { id: PEOPLE.patient }, doctor: { id: PEOPLE.doctor } }]);

  // Without a role, or with two: nobody, and the log says why.
  for (const roles of [[], ['practitioner', 'member']]) {
    await expect(connect('x', ...roles)).rejects.toMatchObject({ data: { code: 'auth.invalid' } });
  }
  expect(await server.logged('identity.refused')).toMatchObject({ reason: 'no_role', issuer, kid: 'kc-sig' });
});

test('ids as issuers make them, wherever the HTTP API takes an id', async () => {
  const server = await servers.start({
    env: { ...(await demoDatabase()), CHAT_JWT_SECRET: TEST_SECRET },
  });
  const call = apiOf(server.url, await signToken({ sub: 'waad|ops~1@clinic.example', role: 'admin' }));
  const made = await furnish(call);
  expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);

  const get = (path: string, headers = {}) => call('GET', path, undefined, headers);
  const locations = made.map(({ headers }) => headers.get('location') ?? '');
  for (const location of locations) {
    const found = await get(location);
    expect(found.status, location).toBe(200);
    const etag = found.headers.get('etag');
    expect((await get(location, { 'if-none-match': etag })).status, location).toBe(304);
  }
  for (const id of [PEOPLE.doctor, PEOPLE.other]) {
    // As it is written, and with every character escaped that might be.
    for (const path of [`/api/v1/doctors/${id}`, `/api/v1/doctors/${encodeURIComponent(id)}`]) {
      expect((await get(path)).body, path).toMatchObject({ id });
    }
    const schedule = await call('PUT', `/api/v1/doctors/${encodeURIComponent(id)}/schedule`, {
      windows: ALL_WEEK,
    });
    expect(schedule.status).toBe(200);
  }

  // Pages of one, each behind the one before.
  for (const list of ['doctors', 'patients']) {
    const found: unknown[] = [];
    let after = '';
    for (let page = 0; page < 20; page += 1) {
      const { status, body } = await get(`/api/v1/${list}?limit=1${after}`);
      expect(status).toBe(200);
      found.push(...(body['items'] as { id: unknown }[]).map(({ id }) => id));
      if (body['nextCursor'] === null) break;
      after = `&after=${body['nextCursor']}`;
    }
    expect(found).toContain(list === 'doctors' ? PEOPLE.doctor : PEOPLE.patient);
    expect(found).toContain(PEOPLE.other);
    expect(new Set(found).size).toBe(found.length);
  }

  // In a query, a `+` that nobody escaped is still a `+`.
  for (const id of [PEOPLE.doctor, encodeURIComponent(PEOPLE.doctor)]) {
    const { body } = await get(`/api/v1/consultations?doctorId=${id}`);
    expect(body['items'], id).toMatchObject([{ id: CONSULTATION }]);
    const written = await get(`/api/v1/access-log?subjectKind=doctor&subjectId=${id}`);
    expect(written.body['items'], id).not.toEqual([]);
  }
  for (const wrong of ['a%20b%2F', 'a%2Fb', 'x'.repeat(129), '%C3%BC']) {
    expect((await get(`/api/v1/doctors/${wrong}`)).body, wrong).toMatchObject({
      code: 'request.invalid',
      field: 'doctorId',
    });
  }
});

test('a secret is changed without an outage', async () => {
  const secrets = { CHAT_JWT_SECRET: NEXT_SECRET, CHAT_JWT_SECRET_PREVIOUS: TEST_SECRET };
  const env = { ...(await demoDatabase()), ...secrets };
  const { url, logged } = await servers.start({ env });
  for (const secret of [TEST_SECRET, NEXT_SECRET]) {
    const token = await signToken({ sub: 'patient-1', role: 'patient', secret });
    const socket = await servers.connect(url, { auth: { token } });
    expect(await join(socket, 'consultation-123')).toMatchObject({ ok: true });
  }
  const token = await signToken({ sub: 'patient-1', role: 'patient', secret: 'x'.repeat(32) });
  await expect(servers.connect(url, { auth: { token } })).rejects.toMatchObject({
    data: { code: 'auth.invalid' },
  });
  expect(await logged('identity.refused')).toMatchObject({ reason: 'bad_signature' });
});

test('a flood of bad tokens is no flood of lines, and no line holds a token', async () => {
  const server = await servers.start({
    env: {
      ...(await demoDatabase()),
      CHAT_JWT_SECRET: TEST_SECRET,
      RATE_LIMIT_FAILED_SIGN_INS_PER_MINUTE: '1000000',
      LOG_LEVEL: 'debug',
    },
  });
  const tokens = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      signToken({
        sub: `patient-${index}`,
        role: 'patient',
        secret: 'x'.repeat(32),
        issuer: 'https://evil.example',
      }),
    ),
  );
  for (const token of [...tokens, 'garbage']) {
    const refused = await apiOf(server.url, token)('GET', '/api/v1/doctors');
    expect(refused.body).toMatchObject({ code: 'auth.invalid' });
    expect(JSON.stringify(refused.body)).not.toMatch(/signature|issuer|malformed/);
  }
  await server.logged('identity.refused');
  const lines = () => server.stdout.filter((line) => line.includes('"identity.refused"'));
  await expect.poll(() => lines().some((line) => line.includes('malformed'))).toBe(true);
  expect(lines()).toHaveLength(11);
  expect(lines()[0]).toContain('"issuer":"https://evil.example"');
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  const told = [...server.stdout, ...server.stderr].join('\n');
  for (const part of tokens.flatMap((token) => token.split('.').slice(1))) expect(told).not.toContain(part);
});

test('an issuer that is not there is told at the start, which succeeds, and may come later', async () => {
  const key = await createSigningKey('ES256', 'late');
  const jwks = await startJwksServer([key]);
  jwks.publish({ status: 503 });
  const server = await servers.start({
    env: { ...(await demoDatabase()), CHAT_JWKS_URL: jwks.url },
  });
  expect(await server.logged('identity.keys_not_found')).toMatchObject({
    level: 'warn',
    setting: 'CHAT_JWKS_URL',
    url: jwks.url,
    problem: 'status',
    status: 503,
  });
  jwks.publish([key]);
  const call = apiOf(server.url, await signToken({ sub: 'operator', role: 'admin', key }));
  expect(await call('GET', '/api/v1/doctors')).toMatchObject({ status: 200 });
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  expect(server.stdout.filter((line) => line.includes('identity.keys_not_found'))).toHaveLength(1);
});

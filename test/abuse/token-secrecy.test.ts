import { beforeAll, expect, test } from 'vitest';
import { ask } from '../e2e/client.js';
import { expectUnharmed } from './aftermath.js';
import { type Clinic, HOUSES, openClinics } from './clinic.js';
import { sendRawRequest } from './raw-http.js';

const openClinic = openClinics();
let clinic: Clinic;

const { consultationId, patientId } = HOUSES.a;

beforeAll(async () => {
  clinic = await openClinic({ LOG_LEVEL: 'debug' });
});

const PLACES = ['token', 'access_token', 'auth', 'auth[token]', 'authorization', 'jwt', 'Bearer'];

test.each(PLACES)('a token in the query of a handshake, as %s, is nobody’s', async (name) => {
  const socket = await clinic.connect(null, { query: { [name]: clinic.token(patientId) } });
  expect(await ask(socket, 'get_messages', { consultationId })).toMatchObject({
    error: { code: 'auth.required' },
  });
  socket.disconnect();
});

test('nor is one in the headers or the cookies of a handshake', async () => {
  const token = clinic.token(patientId);
  for (const extraHeaders of [{ authorization: `Bearer ${token}` }, { cookie: `token=${token}` }]) {
    const socket = await clinic.connect(null, { extraHeaders });
    expect(await ask(socket, 'get_messages', { consultationId })).toMatchObject({
      error: { code: 'auth.required' },
    });
    socket.disconnect();
  }
});

test('nor is one anywhere in a request but in its Authorization', async () => {
  const token = clinic.token('admin');
  const paths = PLACES.map((name) => `/api/v1/doctors?${encodeURIComponent(name)}=${token}`);
  for (const path of [...paths, `/api/v1/doctors#${token}`]) {
    expect((await clinic.call({ path })).status).toBe(401);
  }
  const headers = [
    { cookie: `token=${token}; access_token=${token}` },
    { 'x-access-token': token },
    { token },
  ];
  for (const each of headers) {
    expect((await clinic.call({ path: '/api/v1/doctors', headers: each })).status).toBe(401);
  }
  const body = { id: 'patient-new', name: 'New', token, access_token: token };
  expect((await clinic.call({ method: 'POST', path: '/api/v1/patients', body })).status).toBe(401);
  // Two of them: it is not for us to choose.
  const both = await sendRawRequest(clinic.url, {
    method: 'GET',
    target: '/api/v1/doctors',
    headers: [
      ['Authorization', 'Bearer a.b.c'],
      ['Authorization', `Bearer ${token}`],
    ],
  });
  expect(both?.status).toBe(401);
});

test('no answer gives one back, and none is in the log at its most talkative', async () => {
  const token = clinic.token(patientId);
  const socket = await clinic.connect(token);
  const answers = [
    await ask(socket, 'authenticate', { token }),
    await ask(socket, 'authenticate', { token: `${token}x` }),
    await ask(socket, token, token),
    await ask(socket, 'join_consultation', token),
    await ask(socket, 'send_message', { consultationId, sender: token, content: 7 }),
  ];
  // The name of an unknown event is told back in `error` events, cut short; an answer has none.
  expect(JSON.stringify(answers)).not.toContain(token.split('.')[1]);
  for (const path of [`/${token}`, `/api/v1/doctors/${token}`, `/socket.io/${token}`, `/docs/${token}`]) {
    const text = await (await clinic.call({ path, token })).text();
    expect(text).not.toContain(token);
  }
  socket.disconnect();
});

test('afterwards the server is unharmed', async () => {
  const tokens = ['admin', patientId, HOUSES.a.doctorId].map(clinic.token);
  await expectUnharmed({ clinic, tokens });
});

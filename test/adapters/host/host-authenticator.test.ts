import { describe, expect, test } from 'vitest';
import {
  createHostAuthenticator,
  type HostAuthenticate,
  type HostIdentity,
} from '../../../src/adapters/host/host-authenticator.js';
import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import type { Credentials } from '../../../src/application/ports/identity.js';
import { describeAuthenticatorContract } from '../../contracts/authenticator.js';

const NOW = Date.parse('2026-03-02T09:00:00Z');
const CREDENTIALS: Credentials = { channel: 'socket', token: 'a-session', headers: { cookie: 'session=1' } };

function open(authenticate: unknown) {
  const logger = createRecordingLogger();
  const authenticator = createHostAuthenticator({
    authenticate: authenticate as HostAuthenticate,
    clock: { now: () => NOW },
    logger,
    answerLimitMs: 20,
  });
  return { ...authenticator, logger };
}

const patient = { id: 'patient-1', role: 'patient' };

test('the host application sees what was shown, and says who it is, at once or later', async () => {
  const seen: unknown[] = [];
  const expected = {
    outcome: 'authenticated',
    identity: { caller: { role: 'patient', id: 'patient-1' }, expiresAt: null },
  };
  for (const answer of [patient, Promise.resolve(patient), { ...patient, expiresAt: null, name: 'more' }]) {
    const { authenticate } = open((credentials: unknown) => {
      seen.push(credentials);
      return answer;
    });
    expect(await authenticate(CREDENTIALS)).toEqual(expected);
  }
  expect(seen).toEqual([CREDENTIALS, CREDENTIALS, CREDENTIALS]);
});

test('an identity ends when the host application says', async () => {
  const ends = (expiresAt: Date) => open(() => ({ ...patient, expiresAt })).authenticate(CREDENTIALS);
  expect(await ends(new Date(NOW + 1))).toMatchObject({ identity: { expiresAt: NOW + 1 } });
  expect(await ends(new Date(NOW))).toEqual({ outcome: 'expired', refusal: { reason: 'expired' } });
});

test('nobody: a token is required, or the one shown is no good', async () => {
  for (const nobody of [null, undefined]) {
    const { authenticate } = open(async () => nobody);
    expect(await authenticate({ ...CREDENTIALS, token: null })).toEqual({ outcome: 'required' });
    expect(await authenticate(CREDENTIALS)).toEqual({
      outcome: 'invalid',
      refusal: { reason: 'unknown_to_host' },
    });
  }
});

test('an absurdly long token does not reach the host application', async () => {
  const { authenticate } = open(() => expect.unreachable());
  expect(await authenticate({ ...CREDENTIALS, token: 'x'.repeat(8_193) })).toEqual({
    outcome: 'invalid',
    refusal: { reason: 'too_long' },
  });
});

test('ids as issuers make them are let in', async () => {
  for (const id of [
    'auth0|5f7c8ec7c33c6c004bbafe82',
    'ada+chat@clinic.example',
    'urn:uuid:1~2',
    'x'.repeat(128),
  ]) {
    expect(await open(() => ({ ...patient, id })).authenticate(CREDENTIALS)).toMatchObject({
      identity: { caller: { role: 'patient', id } },
    });
  }
});

describe('a person whom the chat cannot take is refused, and the host application is told the field, not what it said', () => {
  test.each([
    ['id', 'bad_subject', { role: 'patient' }],
    ['id', 'bad_subject', { id: '', role: 'patient' }],
    ['id', 'bad_subject', { id: 'secret of the host', role: 'patient' }],
    ['id', 'bad_subject', { id: 'x'.repeat(129), role: 'patient' }],
    ['id', 'bad_subject', { id: 7, role: 'patient' }],
    ['id role', 'bad_subject', { id: 'secret of the host', role: 'nurse' }],
    ['role', 'no_role', { id: 'patient-1', role: 'secret-of-the-host' }],
    ['role', 'no_role', { id: 'patient-1' }],
  ])('%s: %s', async (fields, reason, answer) => {
    const { authenticate, logger } = open(() => answer);
    expect(await authenticate(CREDENTIALS)).toEqual({ outcome: 'invalid', refusal: { reason } });
    expect(logger.entries).toEqual([
      {
        level: 'error',
        event: 'identity.host_answer_invalid',
        fields: { fields },
        error: expect.any(TypeError),
      },
    ]);
    expect(String(logger.entries[0]?.error)).not.toContain('secret');
  });

  test('once, however often they try', async () => {
    const { authenticate, logger } = open(() => ({ id: 'two words', role: 'patient' }));
    for (let i = 0; i < 100; i += 1) await authenticate(CREDENTIALS);
    expect(logger.entries).toHaveLength(1);
  });
});

describe('an answer of the wrong shape is an error, logged without what it said', () => {
  test.each([
    ['', 'secret-of-the-host'],
    ['', true],
    ['expiresAt', { ...patient, expiresAt: NOW + 60_000 }],
    ['expiresAt', { ...patient, expiresAt: '2026-03-02T10:00:00Z' }],
    ['expiresAt', { ...patient, expiresAt: new Date(Number.NaN) }],
  ])('%s of %o', async (fields, answer) => {
    const { authenticate, logger } = open(() => answer);
    const failure = await authenticate(CREDENTIALS).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TypeError);
    expect(String(failure)).not.toContain('secret');
    expect(logger.entries).toEqual([
      { level: 'error', event: 'identity.host_answer_invalid', fields: { fields }, error: failure },
    ]);
  });
});

test('when the host application cannot tell, nobody is refused for it', async () => {
  const broken = new Error('the session store is away');
  await expect(open(() => Promise.reject(broken)).authenticate(CREDENTIALS)).rejects.toBe(broken);
  const thrown = open(() => {
    throw broken;
  });
  await expect(thrown.authenticate(CREDENTIALS)).rejects.toBe(broken);
  await expect(open(() => new Promise(() => {})).authenticate(CREDENTIALS)).rejects.toThrow('in time');
});

describeAuthenticatorContract('host', () => {
  let now = NOW;
  const people = new Map<string, HostIdentity>();
  return {
    authenticator: createHostAuthenticator({
      authenticate: ({ token }) => people.get(token ?? ''),
      clock: { now: () => now },
      logger: createRecordingLogger(),
    }),
    start: NOW,
    tokenOf: async (role, id, expiresAt) => {
      const token = `session-${people.size}`;
      people.set(token, { role, id, expiresAt: new Date(expiresAt) });
      return token;
    },
    setTime: (at) => {
      now = at;
    },
  };
});

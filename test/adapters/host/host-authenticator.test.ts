import { describe, expect, test } from 'vitest';
import {
  createHostAuthenticator,
  type HostAuthenticate,
} from '../../../src/adapters/host/host-authenticator.js';
import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import type { Credentials } from '../../../src/application/ports/identity.js';

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
  expect(await ends(new Date(NOW))).toEqual({ outcome: 'expired' });
});

test('nobody: a token is required, or the one shown is no good', async () => {
  for (const nobody of [null, undefined]) {
    const { authenticate } = open(async () => nobody);
    expect(await authenticate({ ...CREDENTIALS, token: null })).toEqual({ outcome: 'required' });
    expect(await authenticate(CREDENTIALS)).toEqual({ outcome: 'invalid' });
  }
});

test('an absurdly long token does not reach the host application', async () => {
  const { authenticate } = open(() => expect.unreachable());
  expect(await authenticate({ ...CREDENTIALS, token: 'x'.repeat(8_193) })).toEqual({ outcome: 'invalid' });
});

describe('an answer of the wrong shape is an error, logged without what it said', () => {
  test.each([
    ['', 'secret-of-the-host'],
    ['', true],
    ['id', { role: 'patient' }],
    ['id', { id: '', role: 'patient' }],
    ['id', { id: 'secret of the host', role: 'patient' }],
    ['id', { id: 'x'.repeat(65), role: 'patient' }],
    ['id', { id: 7, role: 'patient' }],
    ['role', { id: 'patient-1', role: 'secret-of-the-host' }],
    ['role', { id: 'patient-1' }],
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

import { expect, test } from 'vitest';
import { createHostAuthenticator, type HostIdentity } from '../../../src/adapters/host/host-authenticator.js';
import type { SignInRefusal } from '../../../src/application/ports/identity.js';
import { MINUTE_MS, SECOND_MS } from '../../../src/domain/instant.js';
import { openMemoryApplication } from '../../support/memory-application.js';

const CREDENTIALS = { channel: 'socket', token: 'a.b.c', headers: {} } as const;

function openDoor() {
  let refusal: SignInRefusal = { reason: 'bad_signature' };
  const chat = openMemoryApplication({
    decorate: () => ({
      authenticator: {
        authenticate: async () => ({
          outcome: refusal.reason === 'expired' ? ('expired' as const) : ('invalid' as const),
          refusal,
        }),
      },
    }),
  });
  return {
    ...chat,
    lines: () => chat.logger.entries.filter(({ event }) => event === 'identity.refused'),
    refuse: async (times: number, why: SignInRefusal) => {
      refusal = why;
      for (let i = 0; i < times; i += 1) await chat.application.sessions.authenticate(CREDENTIALS);
    },
  };
}

test('each refused sign-in is logged with its reason, its issuer and its key, and the client hears none of it', async () => {
  const { application, lines, refuse, metrics } = openDoor();
  await refuse(1, { reason: 'unknown_key', issuer: 'https://issuer.example/', kid: 'key-1' });
  await refuse(1, { reason: 'expired', issuer: null, kid: null });
  expect(application.sessions.malformed('http')).toEqual({ outcome: 'refused', code: 'auth.invalid' });
  expect(lines()).toEqual([
    {
      level: 'warn',
      event: 'identity.refused',
      fields: { reason: 'unknown_key', issuer: 'https://issuer.example/', kid: 'key-1', channel: 'socket' },
    },
    {
      level: 'info',
      event: 'identity.refused',
      fields: { reason: 'expired', issuer: null, kid: null, channel: 'socket' },
    },
    {
      level: 'warn',
      event: 'identity.refused',
      fields: { reason: 'malformed', issuer: null, kid: null, channel: 'http' },
    },
  ]);
  expect(metrics.counted('sign_ins_refused_total')).toBe(3);
  expect(await application.sessions.authenticate(CREDENTIALS)).toEqual({
    outcome: 'refused',
    code: 'auth.expired',
  });
});

test('a flood is some lines and then a count, and hides no other reason', async () => {
  const { lines, refuse, time } = openDoor();
  await refuse(1_000, { reason: 'bad_signature' });
  expect(lines()).toHaveLength(10);
  await refuse(1, { reason: 'wrong_issuer' });
  expect(lines().at(-1)?.fields).toMatchObject({ reason: 'wrong_issuer' });
  await refuse(9, { reason: 'wrong_issuer' });

  await time.advance(MINUTE_MS - SECOND_MS);
  expect(lines()).toHaveLength(20);
  await time.advance(SECOND_MS);
  expect(lines()).toHaveLength(21);
  expect(lines().at(-1)).toEqual({
    level: 'warn',
    event: 'identity.refused',
    fields: { reason: 'bad_signature', count: 990 },
  });

  // The next minute begins with the next refusal.
  await time.advance(10 * MINUTE_MS);
  expect(lines()).toHaveLength(21);
  await refuse(12, { reason: 'bad_signature' });
  await time.advance(MINUTE_MS);
  expect(lines()).toHaveLength(32);
  expect(lines().at(-1)?.fields).toEqual({ reason: 'bad_signature', count: 2 });
});

test('a role claim that no role came out of is told as missing or as unmapped', async () => {
  const { lines, refuse } = openDoor();
  await refuse(1, { reason: 'no_role', roleClaim: 'unmapped' });
  expect(lines()[0]?.fields).toMatchObject({ reason: 'no_role', roleClaim: 'unmapped' });
});

test('a person whom the chat cannot take is one line, and counted', async () => {
  for (const answer of [
    { id: 'nurse-1', role: 'nurse' },
    { id: 'two words', role: 'doctor' },
  ]) {
    const authenticate = () => answer as HostIdentity;
    const { application, logger, metrics } = openMemoryApplication({
      decorate: ({ clock, logger: log }) => ({
        authenticator: createHostAuthenticator({ authenticate, clock, logger: log }),
      }),
    });
    await application.sessions.authenticate(CREDENTIALS);
    expect(logger.entries.map(({ event }) => event)).toEqual(['identity.host_answer_invalid']);
    expect(metrics.counted('sign_ins_refused_total')).toBe(1);
  }
});

import { beforeAll, describe, expect, test } from 'vitest';
import type { JoseAuthenticatorOptions } from '../../../src/adapters/jose/jose-authenticator.js';
import { createSigningKey, type SigningKey, startJwksServer, TEST_SECRET } from '../../support/tokens.js';
import { assemble, goodClaims, NOW, openGate, PATIENT_FOR_AN_HOUR, sign } from './jose-harness.js';

const ISSUER = 'https://issuer.example/';
const ANOTHER_SECRET = 'another-secret-of-32-bytes-or-so';

async function refusalOf(token: string, options: Partial<JoseAuthenticatorOptions> = {}): Promise<unknown> {
  const answer = await openGate(options).enter(token);
  return 'refusal' in answer ? answer.refusal : answer;
}

const reasonOf = async (token: string, options: Partial<JoseAuthenticatorOptions> = {}): Promise<unknown> =>
  Reflect.get(Object(await refusalOf(token, options)), 'reason');

describe('the log can tell why a token was refused', () => {
  const cases: readonly (readonly [string, Parameters<typeof sign>[0]])[] = [
    ['expired', { expiresIn: -60 }],
    ['not_yet_valid', { claims: { nbf: NOW / 1_000 + 60 } }],
    ['not_yet_valid', { claims: { iat: NOW / 1_000 + 60 } }],
    ['bad_signature', { secret: ANOTHER_SECRET }],
    ['wrong_issuer', { issuer: 'https://other.example/' }],
    ['wrong_issuer', { claims: { iss: undefined } }],
    ['wrong_audience', { audience: 'mail' }],
    ['wrong_audience', { claims: { aud: undefined } }],
    ['no_role', { role: 'nurse' }],
    ['no_role', { claims: { role: undefined } }],
    ['no_role', { claims: { role: [] } }],
    ['ambiguous_role', { claims: { role: ['doctor', 'patient'] } }],
    ['bad_subject', { sub: 'two words' }],
    ['bad_subject', { claims: { sub: undefined } }],
    ['bad_subject', { claims: { sub: 7 } }],
    ['no_expiry', { expiresIn: null }],
    ['no_expiry', { claims: { exp: 'soon' } }],
    ['malformed', { claims: { iat: 'now' } }],
    ['malformed', { claims: { nbf: 'now' } }],
    // What has run out and was never good has not expired.
    ['bad_subject', { expiresIn: -60, sub: 'two words' }],
  ];
  test.each(cases)('%s: %o', async (reason, options) => {
    const token = await sign({ issuer: ISSUER, audience: 'chat', ...options });
    expect(await reasonOf(token, { issuer: ISSUER, audience: 'chat' })).toBe(reason);
  });

  test('no_role, without a claim or with one that no role is mapped to, and never with its value', async () => {
    for (const role of [undefined, null, '', []]) {
      expect(await refusalOf(await sign({ claims: { role } })), String(role)).toMatchObject({
        reason: 'no_role',
        roleClaim: 'missing',
      });
    }
    for (const role of ['nurse', ['nurse', 'cleaner'], { of: 'nurse' }, 7, 'Doctor']) {
      const refusal = await refusalOf(await sign({ claims: { role } }));
      expect(refusal).toMatchObject({ reason: 'no_role', roleClaim: 'unmapped' });
      expect(JSON.stringify(refusal)).not.toContain('nurse');
    }
    expect(await refusalOf(await sign({ expiresIn: -60, role: 'nurse' }))).toMatchObject({
      roleClaim: 'unmapped',
    });
    expect(await refusalOf(await sign({ sub: 'two words' }))).not.toHaveProperty('roleClaim');
  });

  test('malformed, too_long, wrong_algorithm', async () => {
    for (const token of ['garbage', 'a.b.c', '', `${await sign()} `, assemble('HS256', goodClaims)]) {
      expect(await reasonOf(token), token).toBe('malformed');
    }
    expect(await refusalOf('x'.repeat(8_193))).toEqual({ reason: 'too_long' });
    expect(await reasonOf(assemble({ alg: 'HS512' }, goodClaims))).toBe('wrong_algorithm');
  });
});

describe('with the keys of an issuer', () => {
  let [one, other] = [] as SigningKey[];
  beforeAll(async () => {
    [one, other] = [await createSigningKey('ES256', 'one'), await createSigningKey('ES256', 'other')];
  });

  test('unknown_key, ambiguous_key, bad_signature, wrong_algorithm', async () => {
    if (one === undefined || other === undefined) throw new Error('no keys');
    const { url } = await startJwksServer([one, other]);
    const key = { kind: 'jwks', url } as const;
    const unknown = { ...one, kid: 'elsewhere' };
    expect(await refusalOf(await sign({ key: unknown, issuer: ISSUER }), { key })).toEqual({
      reason: 'unknown_key',
      issuer: ISSUER,
      kid: 'elsewhere',
    });
    const nameless = await sign({ key: one, header: { kid: undefined } });
    expect(await reasonOf(nameless, { key })).toBe('ambiguous_key');
    expect(await reasonOf(await sign({ key: { ...one, kid: 'other' } }), { key })).toBe('bad_signature');
    expect(await reasonOf(await sign(), { key })).toBe('wrong_algorithm');
  });
});

describe('what a token says of its origin is noted only where it is fit for a log', () => {
  const originOf = async (claims: Record<string, unknown>, header: Record<string, unknown>) =>
    refusalOf(await sign({ secret: ANOTHER_SECRET, claims, header }));

  test('an issuer and a key id', async () => {
    expect(await originOf({ iss: ISSUER }, { kid: 'key-1' })).toEqual({
      reason: 'bad_signature',
      issuer: ISSUER,
      kid: 'key-1',
    });
  });

  test('nothing else', async () => {
    const nothing = { reason: 'bad_signature', issuer: null, kid: null };
    expect(await originOf({}, {})).toEqual(nothing);
    for (const odd of [
      '',
      'x'.repeat(129),
      'two words',
      'a\nline',
      'über',
      7,
      null,
      ['x'],
      {},
      await sign(),
    ]) {
      expect(await originOf({ iss: odd }, { kid: odd })).toEqual(nothing);
    }
  });
});

describe('while a secret is being changed', () => {
  const key = { kind: 'secret', secret: ANOTHER_SECRET, previous: TEST_SECRET } as const;

  test('what either has signed is good, and nothing else', async () => {
    const { enter } = openGate({ key });
    expect(await enter(await sign({ secret: ANOTHER_SECRET }))).toEqual(PATIENT_FOR_AN_HOUR);
    expect(await enter(await sign())).toEqual(PATIENT_FOR_AN_HOUR);
    expect(await reasonOf(await sign({ secret: 'a-third-secret-of-32-bytes-or-so' }), { key })).toBe(
      'bad_signature',
    );
  });

  test('what the one before has signed is held to everything else', async () => {
    expect(await reasonOf(await sign({ expiresIn: -60 }), { key })).toBe('expired');
    expect(await reasonOf(await sign({ role: 'nurse' }), { key })).toBe('no_role');
    expect(await reasonOf(assemble({ alg: 'HS512' }, goodClaims), { key })).toBe('wrong_algorithm');
  });
});

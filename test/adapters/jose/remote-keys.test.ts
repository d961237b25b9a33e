import { beforeAll, describe, expect, test } from 'vitest';
import { createSigningKey, type SigningKey, startJwksServer } from '../../support/tokens.js';
import { INVALID, openGate, PATIENT_FOR_AN_HOUR, sign } from './jose-harness.js';

const keys = {} as Record<SigningKey['alg'] | 'next', SigningKey>;

beforeAll(async () => {
  keys.RS256 = await createSigningKey('RS256', 'rsa-1');
  keys.ES256 = await createSigningKey('ES256', 'ec-1');
  keys.EdDSA = await createSigningKey('EdDSA', 'ed-1');
  keys.next = await createSigningKey('ES256', 'ec-2');
});

async function openRemoteGate(published: readonly SigningKey[], rotationPauseMs = 0) {
  const issuer = await startJwksServer(published);
  return { issuer, ...openGate({ key: { kind: 'jwks', url: issuer.url }, rotationPauseMs }) };
}

test.each(['RS256', 'ES256', 'EdDSA'] as const)('a token signed with %s', async (alg) => {
  const { enter } = await openRemoteGate([keys.RS256, keys.ES256, keys.EdDSA]);
  expect(await enter(await sign({ key: keys[alg] }))).toEqual(PATIENT_FOR_AN_HOUR);
  // By another key of the same kind that says it is this one.
  const forged = { ...(await createSigningKey(alg, keys[alg].kid)) };
  expect(await enter(await sign({ key: forged }))).toEqual(INVALID);
});

test('keys are fetched when first needed, and kept', async () => {
  const { issuer, enter } = await openRemoteGate([keys.ES256]);
  expect(issuer.requests()).toBe(0);
  const token = await sign({ key: keys.ES256 });
  await Promise.all([enter(token), enter(token), enter(token)]);
  await enter(token);
  expect(issuer.requests()).toBe(1);
  await issuer.close();
  expect(await enter(token)).toEqual(PATIENT_FOR_AN_HOUR);
});

test('what is no token at all asks the issuer nothing', async () => {
  const { issuer, enter } = await openRemoteGate([keys.ES256]);
  for (const token of ['garbage', 'x'.repeat(8_193), await sign()])
    expect(await enter(token)).toEqual(INVALID);
  expect(await enter(null)).toEqual({ outcome: 'required' });
  expect(issuer.requests()).toBe(0);
});

describe('rotation', () => {
  test('a key that is new is fetched, and one that is gone is no longer good', async () => {
    const { issuer, enter } = await openRemoteGate([keys.ES256]);
    const [old, next] = [await sign({ key: keys.ES256 }), await sign({ key: keys.next })];
    expect(await enter(old)).toEqual(PATIENT_FOR_AN_HOUR);
    expect(await enter(next)).toEqual(INVALID);

    issuer.publish([keys.ES256, keys.next]);
    expect(await enter(next)).toEqual(PATIENT_FOR_AN_HOUR);
    expect(await enter(old)).toEqual(PATIENT_FOR_AN_HOUR);

    issuer.publish([keys.next]);
    expect(await enter(await sign({ key: keys.RS256 }))).toEqual(INVALID);
    expect(await enter(old)).toEqual(INVALID);
  });

  test('made-up key ids do not make the server ask again and again', async () => {
    const { issuer, enter } = await openRemoteGate([keys.ES256], 60_000);
    await enter(await sign({ key: keys.ES256 }));
    for (const kid of ['a', 'b', 'c']) {
      expect(await enter(await sign({ key: { ...keys.ES256, kid } }))).toEqual(INVALID);
    }
    expect(issuer.requests()).toBe(1);
  });
});

describe('while the keys cannot be had, nobody is told that a token is wrong', () => {
  test('the issuer is down, and comes back', async () => {
    const { issuer, enter, logger, setTime } = await openRemoteGate([keys.ES256]);
    const token = await sign({ key: keys.ES256 });
    issuer.publish({ status: 503 });
    await expect(enter(token)).rejects.toThrow('CHAT_JWKS_URL');
    issuer.publish([keys.ES256]);
    // One attempt in a second is enough for everybody.
    await expect(enter(token)).rejects.toThrow('did not answer');
    expect(issuer.requests()).toBe(1);
    setTime(1_000);
    expect(await enter(token)).toEqual(PATIENT_FOR_AN_HOUR);

    const url = issuer.url;
    expect(logger.entries).toMatchObject([
      { level: 'error', event: 'identity.keys_unavailable', fields: { url, status: 503 } },
    ]);
  });

  test('nobody listens there', async () => {
    const { issuer, enter, logger } = await openRemoteGate([keys.ES256]);
    await issuer.close();
    await expect(enter(await sign({ key: keys.ES256 }))).rejects.toThrow('CHAT_JWKS_URL');
    expect(logger.entries).toHaveLength(1);
  });

  test.each([
    ['no JSON', 'keys'],
    ['no key set', '{"jwks":[]}'],
    ['no keys', '{"keys":[7]}'],
  ])('what is there is %s', async (_, body) => {
    const url = `data:application/json,${encodeURIComponent(body)}`;
    const { enter, logger } = openGate({ key: { kind: 'jwks', url } });
    await expect(enter(await sign({ key: keys.ES256 }))).rejects.toThrow('CHAT_JWKS_URL');
    expect(logger.entries).toHaveLength(1);
  });

  test('the log names the issuer without its query, and nothing of the token', async () => {
    const { url, close } = await startJwksServer([]);
    await close();
    const { enter, logger } = openGate({ key: { kind: 'jwks', url: `${url}?api-key=hidden` } });
    const token = await sign({ key: keys.ES256 });
    const failure = await enter(token).catch((error: unknown) => error);
    const told = JSON.stringify(logger.entries) + String(failure);
    for (const secret of ['hidden', ...token.split('.'), 'patient-1']) expect(told).not.toContain(secret);
    expect(logger.entries).toMatchObject([{ fields: { url } }]);
  });
});

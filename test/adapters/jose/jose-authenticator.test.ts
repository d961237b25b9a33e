import { createHmac } from 'node:crypto';
import { exportSPKI, importJWK } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import { createSigningKey, startJwksServer, TEST_SECRET } from '../../support/tokens.js';
import {
  assemble,
  EXPIRED,
  encoded,
  goodClaims,
  INVALID,
  NOW,
  openGate,
  PATIENT_FOR_AN_HOUR,
  sign,
} from './jose-harness.js';

const gate = openGate();
const { enter } = gate;

afterEach(() => {
  gate.setTime(0);
  expect(gate.logger.entries).toEqual([]);
});

test('nothing shown is told apart from something wrong', async () => {
  expect(await enter(null)).toEqual({ outcome: 'required' });
  expect(await enter('')).toEqual(INVALID);
});

test.each(['patient', 'doctor', 'admin'] as const)('a good token of a %s', async (role) => {
  const id = 'Someone_of-64-characters'.padEnd(64, '0');
  expect(await enter(await sign({ sub: id, role, expiresIn: 60 }))).toEqual({
    outcome: 'authenticated',
    identity: { caller: { role, id }, expiresAt: NOW + 60_000 },
  });
});

test('one that an issuer makes by hand is no different', async () => {
  expect(await enter(assemble({ alg: 'HS256' }, goodClaims))).toMatchObject({ outcome: 'authenticated' });
});

describe('claims that are not ours are refused', () => {
  const claims: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['no sub', { sub: undefined }],
    ['an empty sub', { sub: '' }],
    ['a sub that is too long', { sub: 'x'.repeat(129) }],
    ['a sub that is no id', { sub: 'patient 1' }],
    ['a sub that ends with a line', { sub: 'patient-1\n' }],
    ['a sub that is a number', { sub: 1 }],
    ['no role', { role: undefined }],
    ['a role that there is not', { role: 'nurse' }],
    ['two roles', { role: ['patient', 'admin'] }],
    ['a role in capitals', { role: 'PATIENT' }],
    ['the role of demo mode', { role: 'anyone' }],
    ['no exp', { exp: undefined }],
    ['an exp that is a text', { exp: String(goodClaims.exp) }],
    ['an exp that is null', { exp: null }],
    ['an nbf ahead', { nbf: NOW / 1_000 + 6 }],
    ['an nbf that is a text', { nbf: '0' }],
    ['an iat ahead', { iat: NOW / 1_000 + 6 }],
    ['an iat that is a text', { iat: '0' }],
  ];
  test.each(claims)('%s', async (_, wrong) => {
    expect(await enter(await sign({ claims: wrong }))).toEqual(INVALID);
  });

  test('an exp without end', async () => {
    const signed = `${encoded({ alg: 'HS256' })}.${Buffer.from('{"sub":"a","role":"admin","exp":1e999}').toString('base64url')}`;
    const signature = createHmac('sha256', TEST_SECRET).update(signed).digest('base64url');
    expect(await enter(`${signed}.${signature}`)).toEqual(INVALID);
  });

  test.each([[null], [[]], ['text'], [7], [[goodClaims]]])('%o instead of claims', async (claims) => {
    expect(await enter(assemble({ alg: 'HS256' }, claims))).toEqual(INVALID);
  });
});

test('a clock that goes a little differently is forgiven', async () => {
  expect(await enter(await sign({ claims: { nbf: NOW / 1_000 + 5 } }))).toEqual(PATIENT_FOR_AN_HOUR);
  expect(await enter(await sign({ claims: { iat: NOW / 1_000 + 5 } }))).toEqual(PATIENT_FOR_AN_HOUR);
});

describe('a token ends', () => {
  test('when it says, or with the tolerance when that is over already', async () => {
    const token = await sign({ expiresIn: 60 });
    const at = async (afterNowMs: number) => {
      gate.setTime(afterNowMs);
      const answer = await enter(token);
      return answer.outcome === 'authenticated' ? (answer.identity.expiresAt ?? 0) - NOW : answer.outcome;
    };
    expect(await at(59_999)).toBe(60_000);
    expect(await at(60_000)).toBe(65_000);
    expect(await at(64_999)).toBe(65_000);
    expect(await at(65_000)).toBe('expired');
    expect(await at(1e12)).toBe('expired');
  });

  test('at once without a tolerance', async () => {
    const strict = openGate({ clockToleranceSeconds: 0 });
    const token = await sign({ expiresIn: 60 });
    strict.setTime(59_999);
    expect(await strict.enter(token)).toMatchObject({ identity: { expiresAt: NOW + 60_000 } });
    strict.setTime(60_000);
    expect(await strict.enter(token)).toEqual(EXPIRED);
  });

  test('however far away that is, at a moment that a calendar has', async () => {
    expect(await enter(await sign({ claims: { exp: 1e300 } }))).toMatchObject({
      identity: { expiresAt: 8.64e15 },
    });
  });

  test('and only one that was good has expired', async () => {
    expect(await enter(await sign({ expiresIn: -60 }))).toEqual(EXPIRED);
    expect(await enter(await sign({ expiresIn: -60, secret: 'another-secret-of-32-bytes-or-so' }))).toEqual(
      INVALID,
    );
    expect(await enter(await sign({ expiresIn: -60, role: 'nurse' }))).toEqual(INVALID);
    expect(await enter(await sign({ expiresIn: -60, sub: 'not an id' }))).toEqual(INVALID);
    expect(await openGate({ audience: 'chat' }).enter(await sign({ expiresIn: -60 }))).toEqual(INVALID);
  });
});

describe('issuer and audience', () => {
  const issuer = 'https://issuer.example/';
  const strict = openGate({ issuer, audience: 'chat' });

  test('are checked when they are configured', async () => {
    expect(await strict.enter(await sign({ issuer, audience: 'chat' }))).toEqual(PATIENT_FOR_AN_HOUR);
    const several = { aud: ['mail', 'chat'] };
    expect(await strict.enter(await sign({ issuer, claims: several }))).toEqual(PATIENT_FOR_AN_HOUR);
    expect(await enter(await sign({ issuer: 'any', audience: 'any' }))).toEqual(PATIENT_FOR_AN_HOUR);
  });

  test.each([
    ['none', {}],
    ['no audience', { issuer }],
    ['another audience', { issuer, audience: 'mail' }],
    ['other audiences', { issuer, claims: { aud: ['mail', 'chats'] } }],
    ['an audience that is an object', { issuer, claims: { aud: { chat: true } } }],
    ['no issuer', { audience: 'chat' }],
    ['another issuer', { issuer: 'https://issuer.example', audience: 'chat' }],
    ['issuers', { audience: 'chat', claims: { iss: [issuer] } }],
  ])('%s', async (_, options) => {
    expect(await strict.enter(await sign(options))).toEqual(INVALID);
  });
});

describe('the key', () => {
  test('must be ours', async () => {
    expect(await enter(await sign({ secret: 'another-secret-of-32-bytes-or-so' }))).toEqual(INVALID);
    expect(await enter(await sign({ secret: `${TEST_SECRET} ` }))).toEqual(INVALID);
  });

  test.each([
    'none',
    'None',
    'NONE',
    '',
    'hs256',
    'HS384',
    'HS512',
    'RS256',
    'ES256',
    'EdDSA',
    null,
    7,
    undefined,
  ])('is not used for alg %o', async (alg) => {
    const token = assemble({ alg, typ: 'JWT' }, goodClaims);
    expect(await enter(token)).toEqual(INVALID);
    const unsigned = token.slice(0, token.lastIndexOf('.') + 1);
    expect(await enter(unsigned)).toEqual(INVALID);
    expect(await enter(unsigned.slice(0, -1))).toEqual(INVALID);
  });

  test.each([['RS256'], ['ES256'], ['EdDSA']] as const)(
    'that somebody else signed with %s is none',
    async (alg) => {
      const key = await createSigningKey(alg, 'mine');
      expect(await enter(await sign({ key }))).toEqual(INVALID);
      // The token's own word about its key does not count.
      const brought = { jwk: key.publicJwk, jku: 'http://127.0.0.1:1/jwks', x5u: 'http://127.0.0.1:1/' };
      expect(await enter(await sign({ key, header: brought }))).toEqual(INVALID);
    },
  );

  test('a published key is no secret to sign with', async () => {
    const key = await createSigningKey('RS256', 'published');
    const { url } = await startJwksServer([key]);
    const open = openGate({ key: { kind: 'jwks', url } });
    expect(await open.enter(await sign({ key }))).toEqual(PATIENT_FOR_AN_HOUR);
    const publicKey = await importJWK({ ...key.publicJwk, ext: true }, 'RS256', { extractable: true });
    if (publicKey instanceof Uint8Array) throw new Error('an RSA key is no secret');
    const pem = await exportSPKI(publicKey);
    for (const secret of [pem, pem.trim(), JSON.stringify(key.publicJwk), key.publicJwk.n ?? '']) {
      for (const alg of ['HS256', 'RS256']) {
        expect(await open.enter(assemble({ alg, kid: 'published' }, goodClaims, secret))).toEqual(INVALID);
      }
    }
  });

  test('a token may ask for nothing that is not understood', async () => {
    for (const header of [
      { alg: 'HS256', crit: ['b64'], b64: false },
      { alg: 'HS256', crit: ['exp'], exp: 1 },
      { alg: 'HS256', crit: [] },
    ]) {
      expect(await enter(assemble(header, goodClaims)), JSON.stringify(header)).toEqual(INVALID);
    }
  });
});

describe('what is no token is refused', () => {
  test.each([
    'garbage',
    'a.b.c',
    '..',
    '.a.',
    'a.b.c.d.e',
    'ü.ü.ü',
    '\0',
    'Bearer a.b.c',
    encoded({ alg: 'HS256' }),
    `${encoded('HS256')}.${encoded(goodClaims)}.AAAA`,
    `${Buffer.from([0xff, 0xfe]).toString('base64url')}.AAAA.AAAA`,
    '__proto__',
  ])('%s', async (token) => {
    expect(await enter(token)).toEqual(INVALID);
  });

  test('an absurdly large one is not looked into', async () => {
    const sized = async (length: number) => {
      const [plain, padded] = [
        await sign({ claims: { more: '' } }),
        (size: number) => ({ more: 'x'.repeat(size) }),
      ];
      const size = Math.floor(((length - plain.length) * 3) / 4);
      return sign({ claims: padded(size) });
    };
    const [large, tooLarge] = [await sized(8_190), await sized(8_200)];
    expect([large.length <= 8_192, tooLarge.length > 8_192]).toEqual([true, true]);
    expect(await enter(large)).toEqual(PATIENT_FOR_AN_HOUR);
    expect(await enter(tooLarge)).toEqual(INVALID);
    expect(await enter('x'.repeat(10_000_000))).toEqual(INVALID);
  });

  test('a good one in another spelling is not the one that was issued', async () => {
    const token = await sign();
    expect(await enter(token)).toEqual(PATIENT_FOR_AN_HOUR);
    // A signature of 32 bytes leaves two bits of its last character unused.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twin = token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1) ?? '') + 1];
    expect(Buffer.from(twin.split('.')[2] ?? '', 'base64url')).toEqual(
      Buffer.from(token.split('.')[2] ?? '', 'base64url'),
    );
    for (const spelling of [twin, `${token}=`, ` ${token}`, `${token}\n`, token.replace('.', '.\n')]) {
      expect(await enter(spelling)).toEqual(INVALID);
    }
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assemble, encoded, goodClaims, INVALID, NOW, openGate, sign } from './jose-harness.js';

const { enter } = openGate();

const anyCharacter = fc.constantFrom(
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\0é',
);

test('a good token that was changed anywhere never authenticates', async () => {
  const token = await sign();
  const place = fc.nat({ max: token.length });
  const edits = fc.array(
    fc.record({ at: place, cut: fc.nat({ max: 3 }), put: fc.array(anyCharacter, { maxLength: 3 }) }),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(edits, async (changes) => {
      const changed = changes.reduce(
        (text, { at, cut, put }) => text.slice(0, at) + put.join('') + text.slice(at + cut),
        token,
      );
      fc.pre(changed !== token);
      expect(await enter(changed)).toEqual(INVALID);
    }),
    { numRuns: 500 },
  );
});

test('parts of good tokens do not make another one', async () => {
  const parts = (await Promise.all([sign(), sign({ role: 'admin' }), sign({ sub: 'patient-2' })])).map(
    (token) => token.split('.'),
  );
  const pick = fc.nat({ max: parts.length - 1 });
  await fc.assert(
    fc.asyncProperty(fc.tuple(pick, pick), async ([claims, signature]) => {
      fc.pre(claims !== signature);
      const mixed = [parts[0]?.[0], parts[claims]?.[1], parts[signature]?.[2]].join('.');
      expect(await enter(mixed)).toEqual(INVALID);
    }),
  );
});

test('anything at all is answered, not thrown at', async () => {
  const part = fc.oneof(
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
    fc
      .dictionary(fc.constantFrom('alg', 'kid', 'crit', 'b64', 'typ', 'zip', 'enc'), fc.jsonValue())
      .map(encoded),
    fc.string(),
  );
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part, { minLength: 1, maxLength: 6 }).map((p) => p.join('.')),
  );
  await fc.assert(
    fc.asyncProperty(anything, async (token) => {
      expect(await enter(token)).toEqual(INVALID);
    }),
    { numRuns: 500 },
  );
});

test('signed claims of any shape are either a caller of ours or refused', async () => {
  const odd = fc.option(fc.jsonValue(), { nil: undefined });
  const claims = fc.record({
    sub: fc.oneof(fc.constant('patient-1'), odd),
    role: fc.oneof(fc.constantFrom('patient', 'doctor', 'admin'), odd),
    exp: fc.oneof(fc.constantFrom(goodClaims.exp, NOW / 1_000 - 60), fc.double(), odd),
    nbf: odd,
    iat: odd,
  });
  await fc.assert(
    fc.asyncProperty(claims, async (given) => {
      const answer = await enter(assemble({ alg: 'HS256' }, given));
      if (answer.outcome !== 'authenticated') {
        expect(['invalid', 'expired']).toContain(answer.outcome);
        return;
      }
      const { caller, expiresAt } = answer.identity;
      expect(caller).toEqual({ role: given.role, id: given.sub });
      expect(expiresAt).toBeGreaterThan(NOW);
    }),
    { numRuns: 300 },
  );
});

import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { createSigningKey, startJwksServer } from '../../support/tokens.js';
import { EXPIRED, INVALID, openGate, PATIENT_FOR_AN_HOUR, sign } from './jose-harness.js';

/** What another thread verifies. */
let elsewhere: MockInstance<typeof crypto.subtle.verify>;

beforeEach(() => {
  elsewhere = vi.spyOn(crypto.subtle, 'verify');
});
afterEach(() => elsewhere.mockRestore());

test('a token that a secret has signed is verified here and now', async () => {
  const { enter } = openGate();
  expect(await enter(await sign())).toEqual(PATIENT_FOR_AN_HOUR);
  expect(await enter(await sign({ expiresIn: -60 }))).toEqual(EXPIRED);
  expect(elsewhere).not.toHaveBeenCalled();
});

test('so is one that the previous secret has signed', async () => {
  const secret = 'the-secret-that-is-used-from-now-on';
  const previous = 'the-secret-that-was-used-until-today';
  const { enter } = openGate({ key: { kind: 'secret', secret, previous } });
  expect(await enter(await sign({ secret: previous }))).toEqual(PATIENT_FOR_AN_HOUR);
  expect(elsewhere).not.toHaveBeenCalled();
});

describe('the signature of an issuer', () => {
  async function openRemoteGate() {
    const key = await createSigningKey('ES256', 'ec-1');
    const issuer = await startJwksServer([key]);
    return { issuer, key, ...openGate({ key: { kind: 'jwks', url: issuer.url }, rotationPauseMs: 0 }) };
  }

  test('is verified once, whoever brings the token back', async () => {
    const { enter, key } = await openRemoteGate();
    const [token, another] = [await sign({ key }), await sign({ key, sub: 'patient-2' })];
    for (let time = 0; time < 3; time += 1) expect(await enter(token)).toEqual(PATIENT_FOR_AN_HOUR);
    expect(elsewhere).toHaveBeenCalledTimes(1);
    await enter(another);
    expect(elsewhere).toHaveBeenCalledTimes(2);
  });

  test('that is no good is never remembered', async () => {
    const { enter, key } = await openRemoteGate();
    const forged = await sign({ key: await createSigningKey('ES256', key.kid) });
    for (let time = 0; time < 3; time += 1) expect(await enter(forged)).toEqual(INVALID);
    expect(elsewhere).toHaveBeenCalledTimes(3);
  });

  test('does not outlive the token, nor make it valid sooner', async () => {
    const { enter, key, setTime } = await openRemoteGate();
    const token = await sign({
      key,
      claims: { nbf: Math.floor(Date.parse('2026-03-02T09:00:00Z') / 1_000) },
    });
    expect(await enter(token)).toEqual(PATIENT_FOR_AN_HOUR);
    setTime(-60_000);
    expect(await enter(token)).toEqual(INVALID);
    setTime(3_600_000 + 60_000);
    expect(await enter(token)).toEqual(EXPIRED);
  });

  test('does not outlive the key', async () => {
    const { enter, key, issuer } = await openRemoteGate();
    const next = await createSigningKey('ES256', 'ec-2');
    const token = await sign({ key });
    expect(await enter(token)).toEqual(PATIENT_FOR_AN_HOUR);
    issuer.publish([next]);
    // A key that is not known makes the server fetch them again.
    expect(await enter(await sign({ key: next }))).toEqual(PATIENT_FOR_AN_HOUR);
    expect(await enter(token)).toEqual(INVALID);
  });
});

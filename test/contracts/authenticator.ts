import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Authentication,
  type Authenticator,
  type Credentials,
  MAX_TOKEN_LENGTH,
  type Role,
} from '../../src/application/ports/identity.js';
import { HOUR_MS, type Instant, MINUTE_MS } from '../../src/domain/instant.js';

/** An authenticator whose clock the test moves, and a way to make tokens that it accepts. */
export interface AuthenticatorUnderTest {
  readonly authenticator: Authenticator;
  readonly start: Instant;
  /** Makes a token of that person, valid until `expiresAt`; for ever if tokens do not expire. */
  tokenOf(role: Role, id: string, expiresAt: Instant): Promise<string>;
  setTime(at: Instant): void;
}

/** Why an adapter is excused from a part of the contract. */
export interface AuthenticatorDeviations {
  readonly roles?: { readonly only: readonly Role[]; readonly reason: string };
  readonly expiry?: string;
}

const ROLES: readonly Role[] = ['patient', 'doctor', 'admin'];
const CHANNELS = ['socket', 'http'] as const;
const personIds = fc.string({
  minLength: 1,
  maxLength: 128,
  unit: fc.constantFrom(...'abcXYZ019._-~@|:+'),
});

/** What `src/application/ports/identity.ts` says of an `Authenticator`, for every adapter of it. */
export function describeAuthenticatorContract(
  name: string,
  open: () => AuthenticatorUnderTest | Promise<AuthenticatorUnderTest>,
  deviations: AuthenticatorDeviations = {},
): void {
  const { roles = { only: ROLES, reason: '' }, expiry } = deviations;

  describe(`${name}: authenticator`, () => {
    for (const role of ROLES) {
      const isExcused = !roles.only.includes(role);
      test.skipIf(isExcused)(
        `knows a ${role} by the token${isExcused ? `: ${roles.reason}` : ''}`,
        async () => {
          const { authenticator, start, tokenOf } = await open();
          const id = `${role}-1`;
          const token = await tokenOf(role, id, start + HOUR_MS);
          for (const channel of CHANNELS) {
            const answer = await authenticator.authenticate(shown(token, channel));
            expect(answer).toMatchObject({ outcome: 'authenticated', identity: { caller: { role, id } } });
          }
        },
      );
    }

    test('takes every id that people may have, and keeps a patient and a doctor of the same id apart', async () => {
      const { authenticator, start, tokenOf } = await open();
      await fc.assert(
        fc.asyncProperty(personIds, async (id) => {
          const tokens = await Promise.all([
            tokenOf('patient', id, start + HOUR_MS),
            tokenOf('doctor', id, start + HOUR_MS),
          ]);
          const callers = await Promise.all(
            tokens.map(async (token) => callerOf(await authenticator.authenticate(shown(token)))),
          );
          expect(callers).toEqual([
            { role: 'patient', id },
            { role: 'doctor', id },
          ]);
        }),
        { numRuns: 50 },
      );
    });

    test('answers each of many who come at once correctly', async () => {
      const { authenticator, start, tokenOf } = await open();
      const ids = Array.from({ length: 50 }, (_, index) => `patient-${index}`);
      const tokens = await Promise.all(ids.map((id) => tokenOf('patient', id, start + HOUR_MS)));
      const answers = await Promise.all(tokens.map((token) => authenticator.authenticate(shown(token))));
      expect(answers.map(callerOf)).toEqual(ids.map((id) => ({ role: 'patient', id })));
    });

    test.each(['', ' ', 'nothing', 'a.b.c', '\u0000', 'é', 'x'.repeat(MAX_TOKEN_LENGTH + 1)])(
      'refuses what proves nothing, and gives a reason for the log: %j',
      async (token) => {
        const { authenticator } = await open();
        for (const channel of CHANNELS) {
          const answer = await authenticator.authenticate(shown(token, channel));
          expect(answer).toMatchObject({ outcome: 'invalid', refusal: { reason: expect.any(String) } });
        }
      },
    );

    test('does not call a missing token a wrong one', async () => {
      const { authenticator } = await open();
      for (const channel of CHANNELS) {
        const { outcome } = await authenticator.authenticate(shown(null, channel));
        expect(['required', 'authenticated']).toContain(outcome);
      }
    });

    test.skipIf(expiry !== undefined)(
      `lets nobody in beyond the end of a token${expiry === undefined ? '' : `: ${expiry}`}`,
      async () => {
        const { authenticator, start, tokenOf, setTime } = await open();
        const token = await tokenOf('patient', 'patient-1', start + MINUTE_MS);
        for (const at of [start, start + MINUTE_MS - 1, start + MINUTE_MS, start + MINUTE_MS + 1]) {
          setTime(at);
          const answer = await authenticator.authenticate(shown(token));
          if (answer.outcome === 'authenticated') expect(answer.identity.expiresAt).toBeGreaterThan(at);
          else expect(answer).toMatchObject({ outcome: 'expired', refusal: { reason: 'expired' } });
        }
        setTime(start);
        expect(await authenticator.authenticate(shown(token))).toMatchObject({
          outcome: 'authenticated',
          identity: { expiresAt: start + MINUTE_MS },
        });
        setTime(start + HOUR_MS);
        expect(await authenticator.authenticate(shown(token))).toMatchObject({ outcome: 'expired' });
      },
    );
  });
}

function shown(token: string | null, channel: Credentials['channel'] = 'socket'): Credentials {
  return { channel, token, headers: {} };
}

function callerOf(answer: Authentication): unknown {
  return answer.outcome === 'authenticated' ? answer.identity.caller : answer;
}

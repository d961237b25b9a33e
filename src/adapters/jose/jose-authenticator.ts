import { errors, type JWTPayload, type JWTVerifyOptions } from 'jose';
import type { Clock } from '../../application/ports/clock.js';
import {
  type Authentication,
  type Authenticator,
  MAX_TOKEN_LENGTH,
  type SignInRefusal,
  type SignInRefusalReason,
} from '../../application/ports/identity.js';
import type { Logger } from '../../application/ports/logger.js';
import { type Instant, SECOND_MS } from '../../domain/instant.js';
import { type ClaimNames, DEFAULT_CLAIM_NAMES, readClaims, roleClaimOf } from './claims.js';
import { isCompactForm } from './compact-form.js';
import { createIssuerVerifier } from './issuer-verifier.js';
import { reasonOf, refusalOf } from './refusals.js';
import { createRemoteKeys } from './remote-keys.js';
import { createSecretVerifier } from './secret-verifier.js';
import type { Verifier } from './verifier.js';

/** The latest instant that a `Date` can hold. */
const LAST_INSTANT: Instant = 8.64e15;

export type VerificationKey =
  /**
   * HS256, at least `MIN_SECRET_BYTES` in UTF-8. While a secret is being changed, tokens that are signed with
   * `previous` are accepted, too.
   */
  | { readonly kind: 'secret'; readonly secret: string; readonly previous?: string | undefined }
  /** RS256, ES256 or EdDSA, with the keys that the issuer publishes at `url`. */
  | { readonly kind: 'jwks'; readonly url: string };

export interface JoseAuthenticatorOptions {
  readonly key: VerificationKey;
  /** The `iss` that a token must have; null if any or none will do. */
  readonly issuer: string | null;
  /** What a token's `aud` must be or contain; null if any or none will do. */
  readonly audience: string | null;
  /** How many seconds the issuer's clock may differ from ours. */
  readonly clockToleranceSeconds: number;
  /** In which claims tokens say who somebody is; `sub` and `role` when left out. */
  readonly claims?: ClaimNames | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The time between two fetches because of a key that is not published, in ms; 30 s when left out. */
  readonly rotationPauseMs?: number;
}

/**
 * Authenticates by JSON Web Tokens (RFC 7519, with the advice of RFC 8725). The claims that `claims` names say who
 * asks, and in which role. `exp` is required; `nbf` and `iat` must not be in the future. The accepted algorithms
 * depend on the configured key and never on the token.
 *
 * The reason of a refusal is for the log. The caller learns only that the token proves nothing.
 */
export function createJoseAuthenticator(options: JoseAuthenticatorOptions): Authenticator {
  const { issuer, audience, clockToleranceSeconds, clock, claims = DEFAULT_CLAIM_NAMES } = options;
  const verifier = verifierOf(options);
  const fixed: JWTVerifyOptions = {
    clockTolerance: clockToleranceSeconds,
    ...(issuer === null ? {} : { issuer }),
    ...(audience === null ? {} : { audience }),
  };

  async function verify(token: string): Promise<Authentication> {
    const now = clock.now();
    try {
      const payload = await verifier.verify(token, { ...fixed, currentDate: new Date(now) });
      const judged = identityOf(payload, now);
      return typeof judged === 'string' ? refusedFor(token, judged, payload) : judged;
    } catch (error) {
      if (error instanceof errors.JWTExpired) {
        // The signature was good, and so was everything that is checked before the time.
        const read = readClaims(error.payload, claims);
        return refusedFor(token, typeof read === 'string' ? read : 'expired', error.payload);
      }
      const reason = reasonOf(error);
      if (reason === null) throw error;
      return refused(token, reason);
    }
  }

  function refusedFor(token: string, reason: SignInRefusalReason, payload: JWTPayload): Authentication {
    return refused(token, reason, reason === 'no_role' ? { roleClaim: roleClaimOf(payload, claims) } : {});
  }

  function identityOf(payload: JWTPayload, now: Instant): Authentication | SignInRefusalReason {
    const read = readClaims(payload, claims);
    if (typeof read === 'string') return read;
    const { id, role, exp, iat } = read;
    if (iat !== undefined && iat * SECOND_MS > now + clockToleranceSeconds * SECOND_MS) {
      return 'not_yet_valid';
    }
    // Within the tolerance, a token that has expired by our clock is valid until the tolerance ends.
    const end = exp * SECOND_MS > now ? exp : exp + clockToleranceSeconds;
    const expiresAt = Math.min(Math.ceil(end * SECOND_MS), LAST_INSTANT);
    return { outcome: 'authenticated', identity: { caller: { role, id }, expiresAt } };
  }

  return {
    authenticate: async ({ token }) => {
      if (token === null) return { outcome: 'required' };
      // The token is refused unread, and nothing of it is logged.
      if (token.length > MAX_TOKEN_LENGTH) return { outcome: 'invalid', refusal: { reason: 'too_long' } };
      return isCompactForm(token) ? verify(token) : refused(token, 'malformed');
    },
  };
}

function refused(
  token: string,
  reason: SignInRefusalReason,
  details: Pick<SignInRefusal, 'roleClaim'> = {},
): Authentication {
  const refusal = { ...refusalOf(token, reason), ...details };
  return { outcome: reason === 'expired' ? 'expired' : 'invalid', refusal };
}

function verifierOf({ key, clock, logger, rotationPauseMs }: JoseAuthenticatorOptions): Verifier {
  switch (key.kind) {
    case 'secret': {
      const { secret, previous } = key;
      return createSecretVerifier(previous === undefined ? [secret] : [secret, previous]);
    }
    case 'jwks':
      return createIssuerVerifier(createRemoteKeys({ url: key.url, clock, logger, rotationPauseMs }));
  }
}

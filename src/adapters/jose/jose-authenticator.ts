import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.js';
import { ID_PATTERN } from '../../application/ports/id-generator.js';
import {
  type Authentication,
  type Authenticator,
  MAX_TOKEN_LENGTH,
  ROLES,
} from '../../application/ports/identity.js';
import type { Logger } from '../../application/ports/logger.js';
import { type Instant, SECOND_MS } from '../../domain/instant.js';
import { invariant } from '../../domain/invariant.js';
import { createRemoteKeys } from './remote-keys.js';
import { MIN_SECRET_BYTES } from './secret-length.js';

/** Nothing later is a `Date`. */
const LAST_INSTANT: Instant = 8.64e15;
/** A header, claims and a signature, none of them empty: `alg: none` has no signature. */
const COMPACT_FORM = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export type VerificationKey =
  /** HS256. At least `MIN_SECRET_BYTES` in UTF-8. */
  | { readonly kind: 'secret'; readonly secret: string }
  /** RS256, ES256 or EdDSA, with the keys that the issuer publishes there. */
  | { readonly kind: 'jwks'; readonly url: string };

export interface JoseAuthenticatorOptions {
  readonly key: VerificationKey;
  /** The `iss` that a token must have; null for any or none. */
  readonly issuer: string | null;
  /** What a token's `aud` must be or contain; null for any or none. */
  readonly audience: string | null;
  /** Seconds that the issuer's clock may differ from ours. */
  readonly clockToleranceSeconds: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between two fetches because of a key that is not published, in ms; 30 s unless told. */
  readonly rotationPauseMs?: number;
}

const ourClaims = z.object({
  sub: z.string().regex(ID_PATTERN),
  role: z.enum(ROLES),
  exp: z.number(),
  iat: z.number().optional(),
});

/**
 * JSON Web Tokens (RFC 7519, with the advice of RFC 8725): `sub` is the id of who asks, `role` is `patient`, `doctor`
 * or `admin`, `exp` is required, `nbf` and `iat` must not lie ahead. Which algorithms count depends on the key that is
 * configured and never on the token.
 *
 * What a token says, and why it was refused, is told to nobody.
 */
export function createJoseAuthenticator(options: JoseAuthenticatorOptions): Authenticator {
  const { issuer, audience, clockToleranceSeconds, clock } = options;
  const { getKey, algorithms } = keysOf(options);
  const fixed: JWTVerifyOptions = {
    algorithms: [...algorithms],
    clockTolerance: clockToleranceSeconds,
    ...(issuer === null ? {} : { issuer }),
    ...(audience === null ? {} : { audience }),
  };

  async function verify(token: string): Promise<Authentication> {
    const now = clock.now();
    try {
      const { payload } = await jwtVerify(token, getKey, { ...fixed, currentDate: new Date(now) });
      return identityOf(payload, now);
    } catch (error) {
      // The signature was good, and so was everything that is looked at before the time.
      if (error instanceof errors.JWTExpired) {
        return ourClaims.safeParse(error.payload).success ? { outcome: 'expired' } : { outcome: 'invalid' };
      }
      if (error instanceof errors.JOSEError) return { outcome: 'invalid' };
      throw error;
    }
  }

  function identityOf(payload: JWTPayload, now: Instant): Authentication {
    const parsed = ourClaims.safeParse(payload);
    if (!parsed.success) return { outcome: 'invalid' };
    const { sub, role, exp, iat } = parsed.data;
    if (iat !== undefined && iat * SECOND_MS > now + clockToleranceSeconds * SECOND_MS) {
      return { outcome: 'invalid' };
    }
    // Within the tolerance, a token that has run out by our clock lives on until the tolerance ends.
    const end = exp * SECOND_MS > now ? exp : exp + clockToleranceSeconds;
    const expiresAt = Math.min(Math.ceil(end * SECOND_MS), LAST_INSTANT);
    return { outcome: 'authenticated', identity: { caller: { role, id: sub }, expiresAt } };
  }

  return {
    authenticate: async ({ token }) => {
      if (token === null) return { outcome: 'required' };
      if (token.length > MAX_TOKEN_LENGTH || !isCanonical(token)) return { outcome: 'invalid' };
      return verify(token);
    },
  };
}

function keysOf({ key, clock, logger, rotationPauseMs }: JoseAuthenticatorOptions): {
  readonly getKey: JWTVerifyGetKey;
  readonly algorithms: readonly string[];
} {
  switch (key.kind) {
    case 'secret': {
      const secret = new TextEncoder().encode(key.secret);
      invariant(
        secret.length >= MIN_SECRET_BYTES,
        'a secret that is too short is refused by the configuration',
      );
      return { getKey: async () => secret, algorithms: ['HS256'] };
    }
    case 'jwks':
      // RFC 9864 calls the EdDSA of today Ed25519; it is the same key and the same signature.
      return {
        getKey: createRemoteKeys({ url: key.url, clock, logger, rotationPauseMs }),
        algorithms: ['RS256', 'ES256', 'EdDSA', 'Ed25519'],
      };
  }
}

/**
 * Whether it is spelled as an issuer spells it. Decoders take several spellings for the same bytes (the last
 * character of a signature has bits to spare), and one token should be one string.
 */
function isCanonical(token: string): boolean {
  return (
    COMPACT_FORM.test(token) &&
    token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
  );
}

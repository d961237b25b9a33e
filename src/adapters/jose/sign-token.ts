import { type JWTPayload, SignJWT } from 'jose';
import { type Instant, SECOND_MS } from '../../domain/instant.js';

export interface TokenToSign {
  /** At least `MIN_SECRET_BYTES` in UTF-8. */
  readonly secret: string;
  readonly id: string;
  readonly role: string;
  /** `iss` and `aud`; null for a token without the claim. */
  readonly issuer: string | null;
  readonly audience: string | null;
  /** In ms; the token has whole seconds. */
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
}

/**
 * Makes a token with HS256, as an issuer with this secret would. Only the server's own check decides whether it is
 * accepted.
 */
export function signToken(token: TokenToSign): Promise<string> {
  const { secret, id, role, issuer, audience, issuedAt, expiresAt } = token;
  const claims: JWTPayload = {
    sub: id,
    role,
    iat: Math.floor(issuedAt / SECOND_MS),
    exp: Math.floor(expiresAt / SECOND_MS),
    ...(issuer === null ? {} : { iss: issuer }),
    ...(audience === null ? {} : { aud: audience }),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(secret));
}

import { errors } from 'jose';
import type { SignInRefusal, SignInRefusalReason } from '../../application/ports/identity.js';

/** The longest issuer or key id that is logged, in characters. A longer one is left out. */
const MAX_LOGGED_LENGTH = 128;
/** Printable ASCII without spaces. What a token says of itself is not verified, and must not forge a line of the log. */
const LOGGABLE = /^[\x21-\x7e]+$/;
/** The beginning of a JSON Web Token: two JSON objects in base64url. */
const TOKEN_WITHIN = /eyJ[\w-]*\.eyJ/;

/** @returns the reason for an error of the library; null for an error that says nothing about the token. */
export function reasonOf(error: unknown): SignInRefusalReason | null {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad_signature';
  if (error instanceof errors.JWKSNoMatchingKey) return 'unknown_key';
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'ambiguous_key';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'wrong_algorithm';
  if (error instanceof errors.JWTClaimValidationFailed) return reasonOfClaim(error);
  return error instanceof errors.JOSEError ? 'malformed' : null;
}

function reasonOfClaim({ claim, reason }: errors.JWTClaimValidationFailed): SignInRefusalReason {
  switch (claim) {
    case 'iss':
      return 'wrong_issuer';
    case 'aud':
      return 'wrong_audience';
    case 'exp':
      return 'no_expiry';
    default:
      return claim === 'nbf' && reason === 'check_failed' ? 'not_yet_valid' : 'malformed';
  }
}

/** The refusal of a token, with what the token says of its origin, as far as that can be read and logged. */
export function refusalOf(token: string, reason: SignInRefusalReason): SignInRefusal {
  const [header, payload] = token.split('.', 2);
  return { reason, issuer: loggable(partOf(payload), 'iss'), kid: loggable(partOf(header), 'kid') };
}

function partOf(part = ''): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return null;
  }
}

function loggable(part: unknown, name: string): string | null {
  if (typeof part !== 'object' || part === null || !Object.hasOwn(part, name)) return null;
  const value: unknown = Reflect.get(part, name);
  if (typeof value !== 'string' || value.length > MAX_LOGGED_LENGTH) return null;
  return LOGGABLE.test(value) && !TOKEN_WITHIN.test(value) ? value : null;
}

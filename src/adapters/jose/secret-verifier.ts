import { createHmac, timingSafeEqual } from 'node:crypto';
import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { invariant } from '../../domain/invariant.js';
import { checkedClaims } from './checked-claims.js';
import { MIN_SECRET_BYTES } from './secret-length.js';
import type { Verifier } from './verifier.js';

const ALGORITHM = 'HS256';

/**
 * Verifies tokens that are signed with one of these secrets. The signature is computed in this thread: WebCrypto,
 * which `jose` uses, gives it to another thread, and waking that takes the server ten times as long. Every token that
 * is not plainly good goes to `jose`, which decides on refusals.
 *
 * @param secrets each has at least `MIN_SECRET_BYTES` in UTF-8.
 */
export function createSecretVerifier(secrets: readonly string[]): Verifier {
  const keys = secrets.map((text) => new TextEncoder().encode(text));
  invariant(
    keys.length > 0 && keys.every(({ length }) => length >= MIN_SECRET_BYTES),
    'a secret that is too short is refused by the configuration',
  );
  /** The last header that was plain. An issuer gives all its tokens the same header, so it is read only once. */
  let plainHeader = '';

  function isPlain(token: string): boolean {
    if (plainHeader !== '' && token.startsWith(plainHeader)) return true;
    if (!hasPlainHeader(token)) return false;
    plainHeader = token.slice(0, token.indexOf('.') + 1);
    return true;
  }

  return {
    verify: async (token, options) => {
      const isGood = isPlain(token) && keys.some((key) => isSignedBy(token, key));
      return isGood ? checkedClaims(token, options) : verifyByAny(token, keys, options);
    },
  };
}

/** Whether the header names the algorithm, and has no parameter that would change how the token is read. */
function hasPlainHeader(token: string): boolean {
  try {
    const header = decodeProtectedHeader(token);
    return header.alg === ALGORITHM && !('crit' in header) && !('b64' in header);
  } catch {
    return false;
  }
}

/** Whether the key has signed the token (RFC 7515, section 5.2). */
function isSignedBy(token: string, key: Uint8Array): boolean {
  const dot = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(dot + 1), 'base64url');
  const expected = createHmac('sha256', key).update(token.slice(0, dot)).digest();
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}

/**
 * Verifies by the first key that has signed the token.
 *
 * @throws {JOSEError} as the last key that was tried does.
 */
async function verifyByAny(
  token: string,
  [key, ...others]: readonly Uint8Array[],
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  invariant(key !== undefined, 'there is a key left to try');
  try {
    return (await jwtVerify(token, key, { ...options, algorithms: [ALGORITHM] })).payload;
  } catch (error) {
    if (others.length === 0 || !(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    return verifyByAny(token, others, options);
  }
}

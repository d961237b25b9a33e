import { createHash } from 'node:crypto';
import { decodeProtectedHeader, type JWTVerifyGetKey, jwtVerify, type ResolvedKey } from 'jose';
import { checkedClaims } from './checked-claims.js';
import type { Verifier } from './verifier.js';

/** RFC 9864 calls the EdDSA of today Ed25519; it is the same key and the same signature. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];
/** Signatures that are remembered; beyond this, the one that was verified first is forgotten. About 3 MB. */
export const MAX_GOOD_SIGNATURES = 20_000;

type Key = ResolvedKey['key'];

/**
 * Tokens that are signed with a key of the issuer. A signature is verified once: a client that comes back shows the same
 * token, and after an outage thousands come back at once. Its claims are checked each time, and so is that the issuer
 * still publishes the key. Only a hash of a token is kept, by which nobody can sign in.
 *
 * @param getKey finds the key of a token, and finds another object for a key that was fetched anew.
 * @param limit `MAX_GOOD_SIGNATURES` unless told.
 */
export function createIssuerVerifier(getKey: JWTVerifyGetKey, limit: number = MAX_GOOD_SIGNATURES): Verifier {
  /** Which key has signed a token, by the hash of the token. */
  const signedBy = new Map<string, Key>();

  function remember(hash: string, key: Key): void {
    signedBy.delete(hash);
    signedBy.set(hash, key);
    const [first] = signedBy.keys();
    if (signedBy.size > limit && first !== undefined) signedBy.delete(first);
  }

  /** @throws as `getKey` does where the key is no longer to be had. */
  async function keyOf(token: string): Promise<Awaited<ReturnType<JWTVerifyGetKey>>> {
    const [, payload = '', signature = ''] = token.split('.');
    const header = decodeProtectedHeader(token);
    return getKey({ ...header, alg: header.alg ?? '' }, { payload, signature });
  }

  return {
    verify: async (token, options) => {
      const hash = createHash('sha256').update(token).digest('base64');
      const known = signedBy.get(hash);
      if (known !== undefined && (await keyOf(token)) === known) return checkedClaims(token, options);
      const { payload, key } = await jwtVerify(token, getKey, { ...options, algorithms: ALGORITHMS });
      remember(hash, key);
      return payload;
    },
  };
}

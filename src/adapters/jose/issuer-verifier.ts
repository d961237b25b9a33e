import { createHash } from 'node:crypto';
import { decodeProtectedHeader, type JWTVerifyGetKey, jwtVerify, type ResolvedKey } from 'jose';
import { checkedClaims } from './checked-claims.js';
import type { Verifier } from './verifier.js';

/** RFC 9864 gives today's EdDSA the name Ed25519; key and signature are the same. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];
/** How many signatures are remembered, which is about 3 MB. Beyond this, the one that was verified first is forgotten. */
export const MAX_GOOD_SIGNATURES = 20_000;

type Key = ResolvedKey['key'];

/**
 * Verifies tokens that are signed with a key of the issuer. A signature is verified only once, because a client that
 * comes back shows the same token, and after an outage thousands come back at once. The claims are checked each time,
 * and also that the issuer still publishes the key. Only a hash of a token is kept, with which nobody can sign in.
 *
 * @param getKey finds the key of a token. A key that was fetched again is another object.
 * @param limit `MAX_GOOD_SIGNATURES` when left out.
 */
export function createIssuerVerifier(getKey: JWTVerifyGetKey, limit: number = MAX_GOOD_SIGNATURES): Verifier {
  /** Which key has signed a token, by the token's hash. */
  const signedBy = new Map<string, Key>();

  function remember(hash: string, key: Key): void {
    signedBy.delete(hash);
    signedBy.set(hash, key);
    const [first] = signedBy.keys();
    if (signedBy.size > limit && first !== undefined) signedBy.delete(first);
  }

  /** @throws as `getKey` does when the key is not published any more. */
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

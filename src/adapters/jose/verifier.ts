import type { JWTPayload, JWTVerifyOptions } from 'jose';

/** Checks the signature of a token. The accepted algorithms depend on the verifier and never on the token. */
export interface Verifier {
  /**
   * @returns the claims of a token whose signature is good, and which meets `options`.
   * @throws {JOSEError} which says why the token is refused.
   */
  verify(token: string, options: JWTVerifyOptions): Promise<JWTPayload>;
}

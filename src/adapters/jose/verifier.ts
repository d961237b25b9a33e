import type { JWTPayload, JWTVerifyOptions } from 'jose';

/** Which algorithms count depends on the verifier and never on the token. */
export interface Verifier {
  /**
   * @returns the claims of a token whose signature is good, with what `options` ask of them.
   * @throws {JOSEError} which says why it is refused.
   */
  verify(token: string, options: JWTVerifyOptions): Promise<JWTPayload>;
}

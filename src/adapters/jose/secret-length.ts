/** The length of the digest, which is the minimum of RFC 7518, section 3.2. */
export const MIN_SECRET_BYTES = 32;

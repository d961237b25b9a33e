/** As long as the digest: RFC 7518, 3.2. */
export const MIN_SECRET_BYTES = 32;

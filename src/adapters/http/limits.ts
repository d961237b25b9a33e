/** The largest body of a request, in bytes. */
export const MAX_BODY_BYTES = 64 * 1024;

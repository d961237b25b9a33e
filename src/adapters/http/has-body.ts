import type { IncomingHttpHeaders } from 'node:http';

/** Whether a request says that it has a body, of one byte or more where it says how many. */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

import type { IncomingMessage } from 'node:http';
import { isFromThisMachine } from '../adapters/demo/loopback-only.js';
import { isOriginAllowed } from '../adapters/socketio/origin-policy.js';
import type { Config } from '../config.js';

/**
 * Whether a request may be answered at all. In demo mode nobody proves who they are, so only requests from this
 * machine are answered, and none from a page of another origin, which could do harm even without reading the answer.
 * Otherwise every request may be answered.
 */
export function admissionOf({ auth, corsOrigin }: Config): (request: IncomingMessage) => boolean {
  if (auth.mode !== 'demo') return () => true;
  return (request) => isFromThisMachine(request) && isOriginAllowed(request.headers, corsOrigin);
}

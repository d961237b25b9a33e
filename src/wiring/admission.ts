import type { IncomingMessage } from 'node:http';
import { isFromThisMachine } from '../adapters/demo/loopback-only.js';
import { isOriginAllowed } from '../adapters/socketio/origin-policy.js';
import type { Config } from '../config.js';

/**
 * Whether a request may be answered at all. In demo mode, where nobody proves who they are, only one may that was made
 * on this machine, and by no page of another origin, which needs no answer to do harm. Otherwise every request may.
 */
export function admissionOf({ auth, corsOrigin }: Config): (request: IncomingMessage) => boolean {
  if (auth.mode !== 'demo') return () => true;
  return (request) => isFromThisMachine(request) && isOriginAllowed(request.headers, corsOrigin);
}

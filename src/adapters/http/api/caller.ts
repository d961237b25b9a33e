import type { FastifyRequest } from 'fastify';
import type { Refusal } from '../../../application/answers/refusal.js';
import type { Requester } from '../../../application/lookup/requester.js';
import type { Sessions } from '../../../application/sessions/sessions.js';
import { invariant } from '../../../domain/invariant.js';

/** `requester` is who makes the request. A hook finds that out before any handler looks at the request. */
declare module 'fastify' {
  interface FastifyRequest {
    requester: Requester | null;
  }
}

/**
 * Identifies the caller by the token in `Authorization: Bearer`, or says why nobody is identified. It looks only at the
 * headers.
 */
export async function identify(
  request: FastifyRequest,
  sessions: Pick<Sessions, 'authenticate' | 'malformed'>,
): Promise<Requester | Refusal> {
  const { headers, id: requestId } = request;
  const token = bearerToken(headers.authorization);
  if (token === undefined) return sessions.malformed('http');
  const answer = await sessions.authenticate({ channel: 'http', token, headers });
  if (answer.outcome === 'refused') return answer;
  return { caller: answer.identity.caller, channel: 'http', requestId };
}

/**
 * Returns the bearer token (RFC 6750); null if the header is missing or has another scheme; undefined if no token
 * follows the scheme.
 */
function bearerToken(authorization: string | undefined): string | null | undefined {
  if (authorization === undefined || !/^bearer(?![^\s])/i.test(authorization)) return null;
  return /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization)?.[1];
}

export function requesterOf({ requester }: FastifyRequest): Requester {
  invariant(requester !== null, 'the API knows who asks');
  return requester;
}

import type { FastifyRequest } from 'fastify';
import type { Refusal } from '../../../application/answers/refusal.js';
import type { Requester } from '../../../application/lookup/requester.js';
import type { Sessions } from '../../../application/sessions/sessions.js';
import { invariant } from '../../../domain/invariant.js';

/** Who asks is known before anything of a request is looked at. */
declare module 'fastify' {
  interface FastifyRequest {
    requester: Requester | null;
  }
}

/** Who makes the request, by its `Authorization: Bearer` and nothing else of it but its headers; or why nobody does. */
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

/** RFC 6750. null for none or for another scheme, undefined where the scheme comes without a token. */
function bearerToken(authorization: string | undefined): string | null | undefined {
  if (authorization === undefined || !/^bearer(?![^\s])/i.test(authorization)) return null;
  return /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization)?.[1];
}

export function requesterOf({ requester }: FastifyRequest): Requester {
  invariant(requester !== null, 'the API knows who asks');
  return requester;
}

import type { FastifyRequest } from 'fastify';
import { type Refusal, refuse } from '../../../application/answers/refusal.js';
import type { Requester } from '../../../application/lookup/requester.js';
import type { Credentials } from '../../../application/ports/identity.js';
import type { SignedIn } from '../../../application/sessions/sign-in.js';
import { invariant } from '../../../domain/invariant.js';

/** Who asks is known before anything of a request is looked at. */
declare module 'fastify' {
  interface FastifyRequest {
    requester: Requester | null;
  }
}

type Authenticate = (credentials: Credentials) => Promise<SignedIn | Refusal>;

/** Who makes the request, by its `Authorization: Bearer` and nothing else of it but its headers; or why nobody does. */
export async function identify(
  request: FastifyRequest,
  authenticate: Authenticate,
): Promise<Requester | Refusal> {
  const { headers, id: requestId } = request;
  const token = bearerToken(headers.authorization);
  if (token === undefined) return refuse('auth.invalid');
  const answer = await authenticate({ channel: 'http', token, headers });
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

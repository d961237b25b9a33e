import type { FastifyInstance } from 'fastify';
import { ID_PATTERN } from '../../application/ports/id-generator.js';

export const REQUEST_ID_HEADER = 'x-request-id';

/** Returns the caller's id, so that the logs of both sides can be read together, or makes one if none is given. */
export function requestIdOf(given: string | readonly string[] | undefined, own: () => string): string {
  return typeof given === 'string' && ID_PATTERN.test(given) ? given : own();
}

/** Puts the id of the request into every answer. The log has the same id. */
export function answerRequestIds(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header(REQUEST_ID_HEADER, request.id);
  });
}

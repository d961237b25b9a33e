import type { FastifyInstance } from 'fastify';
import { ID_PATTERN } from '../../application/ports/id-generator.js';

export const REQUEST_ID_HEADER = 'x-request-id';

/** The id that the caller gave, so that its log and ours can be read together, or one of our own. */
export function requestIdOf(given: string | readonly string[] | undefined, own: () => string): string {
  return typeof given === 'string' && ID_PATTERN.test(given) ? given : own();
}

/** Every answer names its request, as the log does. */
export function answerRequestIds(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header(REQUEST_ID_HEADER, request.id);
  });
}

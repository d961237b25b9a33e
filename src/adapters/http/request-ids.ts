import type { FastifyInstance } from 'fastify';

export const REQUEST_ID_HEADER = 'x-request-id';
const REQUEST_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The id that the caller gave, so that its log and ours can be read together, or one of our own. */
export function requestIdOf(given: string | readonly string[] | undefined, own: () => string): string {
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : own();
}

/** Every answer names its request, as the log does. */
export function answerRequestIds(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header(REQUEST_ID_HEADER, request.id);
  });
}

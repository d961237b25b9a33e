import type { HTTPMethods } from 'fastify';
import { sendProblem } from '../problem.js';
import type { ApiServer } from './api-server.js';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Collects the methods of the routes that are added from now on, and answers every other method at their addresses
 * with 405 and `Allow`.
 */
export function collectMethods(app: ApiServer): { answerOthers(): void } {
  const known = new Map<string, Set<HTTPMethods>>();
  app.addHook('onRoute', ({ method, path }) => {
    const methods = known.get(path) ?? new Set();
    for (const one of [method].flat()) methods.add(one as HTTPMethods);
    known.set(path, methods);
  });

  return {
    answerOthers: () => {
      for (const [path, methods] of [...known]) {
        const allow = [...methods].sort().join(', ');
        app.route({
          method: METHODS.filter((method) => !methods.has(method)),
          url: path.slice(app.prefix.length),
          schema: { hide: true },
          // Answers before the body is read, whatever it contains.
          onRequest: async (_request, reply) => {
            reply.header('allow', allow);
            return sendProblem(reply, 'request.method_not_allowed');
          },
          handler: async () => undefined,
        });
      }
    },
  };
}

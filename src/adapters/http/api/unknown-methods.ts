import type { HTTPMethods } from 'fastify';
import { sendProblem } from '../problem.js';
import type { ApiServer } from './api-server.js';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Collects the methods of the routes that follow, and answers the other ones of each address with 405 and `Allow`. */
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
          // Before the body is read, whatever it is.
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

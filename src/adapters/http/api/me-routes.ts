import { z } from 'zod';
import { ROLES } from '../../../application/ports/identity.js';
import { documented } from './api-schemas.js';
import type { ApiServer } from './api-server.js';
import { requesterOf } from './caller.js';
import { EXAMPLES } from './examples.js';
import { list, problems } from './responses.js';

const me = documented(
  z.object({
    role: z.enum([...ROLES, 'anyone']),
    id: documented(z.string().nullable(), { description: 'null where nobody has to say who they are.' }),
  }),
  { id: 'Me', examples: [EXAMPLES.me] },
);

/** Tells callers who they are. Pages cannot rely on reading that from a token, because some tokens are not readable. */
export function addMeRoutes(app: ApiServer): void {
  app.route({
    method: 'GET',
    url: '/me',
    schema: {
      operationId: 'getMe',
      summary: 'Who asks',
      tags: ['Identity'],
      response: { ...list('Whom the server takes the caller for.', me), ...problems() },
    },
    handler: async (request) => {
      const { caller } = requesterOf(request);
      return { role: caller.role, id: caller.role === 'anyone' ? null : caller.id };
    },
  });
}

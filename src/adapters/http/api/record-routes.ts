import { z } from 'zod';
import { sendRefusal } from '../problem.js';
import { sendJson } from './answers.js';
import type { ApiServer, RouteDependencies } from './api-server.js';
import { requesterOf } from './caller.js';
import {
  auditEntry,
  consultationId,
  messagePage,
  toAuditEntry,
  toMessagePage,
} from './consultation-schemas.js';
import { queryInteger } from './fields.js';
import { encodeCursor, limit, limitOf, pageOf, pageQuery, pageSchema } from './paging.js';
import { list, problems } from './responses.js';

/** The highest `seq` that can be asked for: it is stored as a 32-bit integer. */
const MAX_SEQ = 2 ** 31 - 1;

const seq = (description: string) => queryInteger(0, MAX_SEQ, { description });

const messageQuery = z
  .object({
    after: seq('Messages with a greater `seq`: the first of them.').optional(),
    before: seq('Messages with a smaller `seq`: the last of them.').optional(),
    limit: limit(),
  })
  .refine(({ after, before }) => after === undefined || before === undefined, {
    path: ['before'],
    error: 'cannot go together with after',
  });

const eventPage = pageSchema(auditEntry, 'AuditTrail');

/** Adds the routes of the records of one consultation: its messages, and its audit trail. */
export function addRecordRoutes(app: ApiServer, { administration }: RouteDependencies): void {
  app.route({
    method: 'GET',
    url: '/consultations/:consultationId/messages',
    schema: {
      operationId: 'getMessages',
      summary: 'What was said in a consultation',
      description: 'At most one of `after` and `before`; without either the newest messages.',
      tags: ['Consultations'],
      params: consultationId,
      querystring: messageQuery,
      response: {
        ...list('Messages as on the sockets.', messagePage),
        ...problems('consultation.not_found'),
      },
    },
    handler: async (request, reply) => {
      const { after, before, limit } = request.query;
      const from = after !== undefined ? { after } : before !== undefined ? { before } : null;
      const { consultationId } = request.params;
      const asked = { consultationId, from, limit: limitOf(limit) };
      const page = await administration.getMessages(requesterOf(request), asked);
      if (page.outcome === 'refused') return sendRefusal(reply, page);
      return sendJson(reply, 200, toMessagePage(page));
    },
  });

  app.route({
    method: 'GET',
    url: '/consultations/:consultationId/events',
    schema: {
      operationId: 'getAuditTrail',
      summary: 'Who did what in a consultation, and when',
      description: 'Oldest first; never what a message says. For administrators.',
      tags: ['Records'],
      params: consultationId,
      querystring: z.object(pageQuery('events')),
      response: { ...list('The audit trail.', eventPage), ...problems('consultation.not_found') },
    },
    handler: async (request, reply) => {
      const { after, limit } = pageOf('events', request.query);
      const paging = { after: Number(after ?? 0), limit };
      const page = await administration.auditTrail(
        requesterOf(request),
        request.params.consultationId,
        paging,
      );
      if (page.outcome === 'refused') return sendRefusal(reply, page);
      const nextCursor = encodeCursor('events', page.next === null ? null : String(page.next));
      return sendJson(reply, 200, { items: page.entries.map(toAuditEntry), nextCursor });
    },
  });
}

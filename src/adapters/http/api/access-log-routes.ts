import { z } from 'zod';
import { ACCESS_CHANNELS, type AccessLogEntry, type Reader } from '../../../application/ports/access-log.js';
import { isoOf } from '../../../domain/instant.js';
import { sendRefusal } from '../problem.js';
import { sendJson } from './answers.js';
import { documented } from './api-schemas.js';
import type { ApiServer, RouteDependencies } from './api-server.js';
import { requesterOf } from './caller.js';
import { EXAMPLES } from './examples.js';
import { answeredInstant, id, oneOf, personId, queryInstant } from './fields.js';
import { encodeCursor, pageOf, pageQuery, pageSchema } from './paging.js';
import { list, problems } from './responses.js';

const kinds = ['patient', 'doctor', 'admin', 'system', 'anyone'] as const;
const accessLogQuery = z
  .object({
    consultationId: id('consultation-7').optional(),
    personKind: documented(oneOf(kinds).optional(), { description: 'Goes together with `personId`.' }),
    personId: documented(personId('patient-lind').optional(), {
      description: 'Goes together with `personKind`.',
    }),
    subjectKind: documented(oneOf(kinds).optional(), {
      description:
        'Goes together with `subjectId`: about whom. Of a patient all that concerns their consultations, too.',
    }),
    subjectId: documented(personId('patient-lind').optional(), {
      description: 'Goes together with `subjectKind`.',
    }),
    from: documented(queryInstant().optional(), { description: 'Inclusive.' }),
    to: documented(queryInstant().optional(), { description: 'Exclusive.' }),
    ...pageQuery('access-log'),
  })
  .refine(({ personKind, personId }) => personId === undefined || personKind !== undefined, {
    path: ['personKind'],
    error: 'is required where personId is given',
  })
  .refine(({ personKind, personId }) => personKind === undefined || personId !== undefined, {
    path: ['personId'],
    error: 'is required where personKind is given',
  })
  .refine(({ subjectKind, subjectId }) => subjectId === undefined || subjectKind !== undefined, {
    path: ['subjectKind'],
    error: 'is required where subjectId is given',
  })
  .refine(({ subjectKind, subjectId }) => subjectKind === undefined || subjectId !== undefined, {
    path: ['subjectId'],
    error: 'is required where subjectKind is given',
  });

export const accessLogEntry = documented(
  z.object({
    at: answeredInstant(),
    person: z.object({ kind: z.enum(kinds), id: z.string() }),
    consultationId: documented(z.string().nullable(), {
      description: 'null where it was not one consultation that was read.',
    }),
    subject: documented(z.object({ kind: z.enum(kinds), id: z.string() }).nullable(), {
      description: 'The person who was asked about; null where nobody was named.',
    }),
    kind: z.enum(['read', 'write']),
    action: documented(z.string(), {
      description: 'How it was read, or the type of the event that was written.',
      examples: ['read_messages', 'MessageSent'],
    }),
    channel: documented(z.enum(ACCESS_CHANNELS).nullable(), {
      description: '`process` for a call of the host application; null for what was written.',
    }),
    requestId: documented(z.string().nullable(), {
      description: 'Of the request or the connection, as in the log; null for what was written.',
    }),
  }),
  { id: 'AccessLogEntry', examples: [EXAMPLES.accessLogEntry] },
);

function toAccessLogEntry(entry: AccessLogEntry): z.output<typeof accessLogEntry> {
  const { at, reader, consultationId, subject, kind, action, channel, requestId } = entry;
  return { at: isoOf(at), person: reader, consultationId, subject, kind, action, channel, requestId };
}

function personOf(kind: Reader['kind'] | undefined, id: string | undefined): Reader | null {
  return kind === undefined || id === undefined ? null : { kind, id };
}

const accessLogPage = pageSchema(accessLogEntry, 'AccessLogPage');

/** Adds the route of the access log, which tells who read or wrote what, in any consultation or list. */
export function addAccessLogRoutes(app: ApiServer, { administration }: RouteDependencies): void {
  app.route({
    method: 'GET',
    url: '/access-log',
    schema: {
      operationId: 'getAccessLog',
      summary: 'Who read or wrote what, and when',
      description: 'Newest first. For administrators. Asking is an entry itself.',
      tags: ['Records'],
      querystring: accessLogQuery,
      response: { ...list('The access log.', accessLogPage), ...problems('consultation.not_found') },
    },
    handler: async (request, reply) => {
      const { consultationId = null, from = null, to = null, ...people } = request.query;
      const person = personOf(people.personKind, people.personId);
      const subject = personOf(people.subjectKind, people.subjectId);
      const filter = { consultationId, person, subject, from, to };
      const page = await administration.accessLog(
        requesterOf(request),
        filter,
        pageOf('access-log', request.query),
      );
      if (page.outcome === 'refused') return sendRefusal(reply, page);
      const nextCursor = encodeCursor('access-log', page.next);
      return sendJson(reply, 200, { items: page.entries.map(toAccessLogEntry), nextCursor });
    },
  });
}

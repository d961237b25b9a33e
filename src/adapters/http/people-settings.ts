import type { FastifyInstance } from 'fastify';

/** What the pages for people, and the element in pages of others, are told before anybody has signed in. */
export interface PeopleSettings {
  /** What to do in an emergency: by language, `*` for all that are not named; empty for the pages' own sentence. */
  readonly emergency: Readonly<Record<string, string>>;
}

/** For everybody, and nothing about anybody. */
export function servePeopleSettings(app: FastifyInstance, settings: PeopleSettings): void {
  const bytes = Buffer.from(JSON.stringify(settings));
  app.get('/people.json', async (_request, reply) => {
    reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8');
    return bytes;
  });
}

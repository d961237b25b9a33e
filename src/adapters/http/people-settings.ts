import type { FastifyInstance } from 'fastify';

/** The people's page, and the element in pages of others, learn these settings before anybody has signed in. */
export interface PeopleSettings {
  /**
   * What to do in an emergency, by language; `*` stands for all languages that are not listed. Empty if the pages are
   * to show their own sentence.
   */
  readonly emergency: Readonly<Record<string, string>>;
}

/** Serves the settings to everybody, because they tell nothing about anybody. */
export function servePeopleSettings(app: FastifyInstance, settings: PeopleSettings): void {
  const bytes = Buffer.from(JSON.stringify(settings));
  app.get('/people.json', async (_request, reply) => {
    reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8');
    return bytes;
  });
}

import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { escaped, type PageOptions, pageSender, withMeta } from './page-file.js';
import { CROSS_ORIGIN_OPENER_HEADER, isServer, peoplePolicy } from './security-headers.js';

/** The page of patients and doctors, at `/` and at the address of each consultation. */
export const PEOPLE_FILE = 'people.html';

/** Its service worker, which shows notices and loads nothing. */
export const PEOPLE_WORKER_FILE = 'people-worker.js';

/** Linked in the headers of the answer, so that a browser asks for these files before it reads the page. */
const WANTED_FIRST = [
  '<./people-start.js>; rel=modulepreload',
  '<./people.js>; rel=modulepreload',
  '<./people.css>; rel=preload; as=style',
];

/** The lines of the page that a conversation needs at once, but the list of conversations does not. */
const OF_ROOM = /^.* data-of="room">\n/gm;

/**
 * Serves the page at several depths of the path. The addresses of its files are therefore written out in full, with
 * the path of the mount.
 */
export function servePeoplePage(app: FastifyInstance, options: PageOptions): void {
  const { pageDirectory, pageServers, socketPath, isDemo = false } = options;
  // Only pages of origins that are listed by name may frame it and hand in tokens. `*` lists none by name.
  const hosts = pageServers === '*' ? [] : pageServers.filter(isServer);
  const sender = (isOfRoom: boolean) =>
    pageSender({
      file: join(pageDirectory, PEOPLE_FILE),
      policy: peoplePolicy(hosts),
      fillIn: (page, basePath) => {
        const base = `${basePath}/`;
        const meta = {
          base,
          'socket-path': socketPath,
          'host-origins': hosts.join(' '),
          'sign-in': isDemo ? 'demo' : 'token',
        };
        const wanted = isOfRoom ? page : page.replace(OF_ROOM, '');
        const located = wanted.replaceAll('="./', `="${escaped(base)}`);
        return Object.entries(meta).reduce((filled, [name, value]) => withMeta(filled, name, value), located);
      },
    });
  for (const [path, isOfRoom] of [
    ['/', false],
    ['/c/:consultationId', true],
  ] as const) {
    const send = sender(isOfRoom);
    app.get(path, (request, reply) => {
      if (hosts.length > 0) {
        // The policy lists who may frame the page. The older header could only forbid framing to everybody.
        reply.raw.removeHeader('x-frame-options');
        reply.raw.setHeader(CROSS_ORIGIN_OPENER_HEADER, 'unsafe-none');
      }
      reply.header('link', WANTED_FIRST.map((link) => link.replace('./', `${request.basePath}/`)).join(', '));
      return send(request, reply);
    });
  }
}

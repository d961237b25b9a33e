import { join } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { type PageOptions, pageSender, withMeta } from './page-file.js';
import { PEOPLE_FILE, PEOPLE_WORKER_FILE, servePeoplePage } from './people-page.js';
import { CSP_HEADER, NOTHING_ELSE, pagePolicy } from './security-headers.js';

/** The developers' test client. */
export const PAGE_FILE = 'chat-test-client.html';

/**
 * @param knowsFiles if true, only files that exist now have an address. Otherwise every path could be a file, and is
 *   looked for when it is asked for.
 */
export async function servePage(
  app: FastifyInstance,
  options: PageOptions,
  { knowsFiles }: { readonly knowsFiles: boolean },
): Promise<void> {
  const { pageDirectory, pageServers, socketPath } = options;
  const policy = pagePolicy(pageServers);
  const sendPage = pageSender({
    file: join(pageDirectory, PAGE_FILE),
    policy,
    fillIn: (page) => withMeta(page, 'socket-path', socketPath),
  });
  servePeoplePage(app, options);
  app.get(`/${PAGE_FILE}`, sendPage);
  await app.register(staticFiles, {
    root: pageDirectory,
    index: false,
    wildcard: !knowsFiles,
    globIgnore: [PAGE_FILE, PEOPLE_FILE],
    // The build puts a compressed copy beside each file.
    preCompressed: true,
    dotfiles: 'ignore',
    // The files' names stay the same from build to build, so browsers ask each time whether the files have changed.
    cacheControl: false,
    setHeaders: (response, path) => {
      response.setHeader('cache-control', 'no-cache');
      response.setHeader('vary', 'accept-encoding');
      response.setHeader(CSP_HEADER, path.includes(PEOPLE_WORKER_FILE) ? NOTHING_ELSE : policy);
    },
  });
}

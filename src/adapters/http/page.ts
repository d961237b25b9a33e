import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.js';
import { CSP_HEADER, type Origins, pagePolicy } from './security-headers.js';

/** The page, at `/` too. */
export const PAGE_FILE = 'chat-test-client.html';
/** What the page says where nobody has told it where Socket.IO answers. */
const SOCKET_PATH_TAG = /(<meta name="socket-path" content=")[^"]*(">)/;

export interface PageOptions {
  readonly pageDirectory: string;
  readonly pageServers: Origins;
  readonly socketPath: string;
}

/** @param knowsFiles whether only the files that are there by now are addresses, and not every one that could be. */
export async function servePage(
  app: FastifyInstance,
  { pageDirectory, pageServers, socketPath }: PageOptions,
  { knowsFiles }: { readonly knowsFiles: boolean },
): Promise<void> {
  const policy = pagePolicy(pageServers);
  const sendPage = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const file = await readFile(join(pageDirectory, PAGE_FILE), 'utf8').catch(() => null);
    if (file === null) return sendProblem(reply, 'request.not_found');
    const page = file.replace(SOCKET_PATH_TAG, `$1${socketPath}$2`);
    const etag = `"${createHash('sha256').update(page).digest('base64url')}"`;
    reply.raw.setHeader(CSP_HEADER, policy);
    reply.header('cache-control', 'no-cache').header('etag', etag);
    if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send();
    return reply.type('text/html; charset=utf-8').send(page);
  };
  app.get('/', sendPage);
  app.get(`/${PAGE_FILE}`, sendPage);
  await app.register(staticFiles, {
    root: pageDirectory,
    index: false,
    wildcard: !knowsFiles,
    globIgnore: [PAGE_FILE],
    dotfiles: 'ignore',
    // The files' names stay the same from build to build: browsers keep them, and ask each time whether they changed.
    cacheControl: false,
    setHeaders: (response) => {
      response.setHeader('cache-control', 'no-cache');
      response.setHeader(CSP_HEADER, policy);
    },
  });
}

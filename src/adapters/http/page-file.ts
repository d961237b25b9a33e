import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.js';
import { CSP_HEADER, type Origins } from './security-headers.js';

/** The pages need these from the server that serves them. */
export interface PageOptions {
  readonly pageDirectory: string;
  readonly pageServers: Origins;
  readonly socketPath: string;
  /** Whether people choose on the page who they are (demo mode). When left out, they sign in with a token. */
  readonly isDemo?: boolean;
}

export interface PageFile {
  /** An absolute path. */
  readonly file: string;
  readonly policy: string;
  /** Writes into the page what it has to know of its server. */
  readonly fillIn: (page: string, basePath: string) => string;
}

/** Returns a handler that sends a page. Browsers keep the page, and ask each time whether it has changed. */
export function pageSender({ file, policy, fillIn }: PageFile) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text === null) return sendProblem(reply, 'request.not_found');
    const page = fillIn(text, request.basePath);
    const etag = `"${createHash('sha256').update(page).digest('base64url')}"`;
    reply.raw.setHeader(CSP_HEADER, policy);
    reply.header('cache-control', 'no-cache').header('etag', etag);
    if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send();
    return reply.type('text/html; charset=utf-8').send(page);
  };
}

/** Puts a value into `<meta name="…" content="…">`. */
export function withMeta(page: string, name: string, value: string): string {
  const tag = new RegExp(`(<meta name="${name}" content=")[^"]*(">)`);
  return page.replace(tag, (_whole, before: string, after: string) => before + escaped(value) + after);
}

/** Escapes a value for an attribute in double quotes. */
export function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

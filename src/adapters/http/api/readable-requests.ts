import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { hasBody } from '../has-body.js';
import { sendProblem, UnreadableRequest } from '../problem.js';
import type { ApiServer } from './api-server.js';

const BYTE_ORDER_MARK = '\uFEFF';
const MUST_BE_UTF8 = 'must be UTF-8';

/**
 * Accepts bodies of JSON in UTF-8 only. Everything else is refused, before it is read or as soon as it is seen, and is
 * never repaired into something that nobody has sent. A client that announces JSON and sends an empty body means that
 * it sends none.
 */
export function readJsonOnly(app: ApiServer): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    // JSON never contains a NUL byte. UTF-16 does, and would otherwise pass for UTF-8.
    if (!isUtf8(bytes) || bytes.includes(0)) {
      done(new UnreadableRequest('request.invalid', { field: 'body', reason: MUST_BE_UTF8 }));
      return;
    }
    const text = bytes.toString();
    // Some programs write a byte order mark, which means nothing here.
    const body = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
    if (body === '') done(null, undefined);
    else parse(request, body, done);
  });
  app.addHook('preParsing', async (request, reply) => {
    const problem = encodingProblemOf(request);
    if (problem === null) return;
    const { field, reason } = problem;
    if (field === 'content-encoding') reply.header('accept-encoding', 'identity');
    const code = field === 'query' ? 'request.invalid' : 'request.unsupported_media_type';
    await sendProblem(reply, code, { field, reason });
  });
}

interface EncodingProblem {
  readonly field: 'content-encoding' | 'content-type' | 'query';
  readonly reason: string;
}

function encodingProblemOf({ raw, headers }: FastifyRequest): EncodingProblem | null {
  if (!isDecodable(raw.url ?? '')) return { field: 'query', reason: `${MUST_BE_UTF8}, percent-encoded` };
  if (!hasBody(headers)) return null;
  const coding = headers['content-encoding']?.trim() ?? '';
  if (coding !== '' && coding.toLowerCase() !== 'identity') {
    return { field: 'content-encoding', reason: 'must be left out: bodies are not compressed' };
  }
  const isInUtf8 = charsetsOf(headers['content-type'] ?? '').every((charset) => /^utf-?8$/i.test(charset));
  return isInUtf8 ? null : { field: 'content-type', reason: 'must name no charset but utf-8' };
}

/**
 * Checks the query. A path that is not UTF-8 finds no route anyway. Unescaping would put U+FFFD in the place of bytes
 * that are not UTF-8.
 */
function isDecodable(url: string): boolean {
  const start = url.indexOf('?');
  if (start < 0 || !url.includes('%', start)) return true;
  try {
    decodeURIComponent(url.slice(start));
    return true;
  } catch {
    return false;
  }
}

function charsetsOf(contentType: string): readonly string[] {
  const named = contentType.matchAll(/;\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;]*))/gi);
  return [...named].map(([, quoted, single, bare]) => quoted ?? single ?? bare ?? '');
}

import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../../application/ports/logger.js';
import { hasBody } from '../has-body.js';
import { sendProblem } from '../problem.js';

/**
 * Takes a body that the host application has read already, as `express.json()` leaves it. One that was read and is kept
 * nowhere is the host's fault: it is told in the log, and the request is answered instead of waited for.
 *
 * @param bodyOf what the host has made of the body; undefined for nothing.
 */
export function takeParsedBodies(
  app: FastifyInstance,
  bodyOf: (request: IncomingMessage) => unknown,
  logger: Logger,
): void {
  app.addHook('preParsing', async ({ raw, id: requestId }, reply, payload) => {
    if (!raw.readableDidRead && !raw.readableEnded) return payload;
    const body = hasBody(raw.headers) ? bodyOf(raw) : '';
    if (body !== undefined) return asStream(body, raw);
    const error = new Error(
      'the body was read before chatHttpHandler got the request: put chatHttpHandler first, or keep the parsed body in request.body',
    );
    logger.error('http.body_gone', error, { requestId });
    return sendProblem(reply, 'server.error');
  });
}

function asStream(body: unknown, { headers }: IncomingMessage): Readable {
  const bytes = Buffer.from(
    body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body),
  );
  const stream = Readable.from([bytes], { objectMode: false });
  // The header counts what was sent, which may have been written otherwise or compressed.
  return Object.assign(stream, { receivedEncodedLength: Number(headers['content-length'] ?? bytes.length) });
}

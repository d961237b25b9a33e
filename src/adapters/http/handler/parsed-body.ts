import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../../application/ports/logger.js';
import { hasBody } from '../has-body.js';
import { sendProblem } from '../problem.js';

/**
 * Takes a body that the host application has read already, as `express.json()` leaves it. If a body was read and kept
 * nowhere, the host is at fault: this logs an error and answers the request, which would otherwise wait for the body
 * for ever.
 *
 * @param bodyOf returns the body as the host has parsed it; undefined if there is none.
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
  // Fastify compares this length with the header, which counts the bytes as they were sent. They may have been
  // compressed, or formatted differently.
  return Object.assign(stream, { receivedEncodedLength: Number(headers['content-length'] ?? bytes.length) });
}

import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Logger } from '../../application/ports/logger.js';
import { refuseConnection } from './connections/bare-answer.js';
import { isClosing } from './connections/gentle-close.js';
import { type ProblemCode, sendProblem, UnreadableRequest } from './problem.js';

/** The name of each part of a request, for when the part as a whole is wrong. */
const PARTS: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'headers',
};

/** Answers an error that was thrown while a request was read or handled. Only the server's own errors are logged. */
export function createErrorHandler(logger: Logger) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (hasZodFastifySchemaValidationErrors(error)) return sendInvalid(error, reply);
    if (error instanceof UnreadableRequest) return sendProblem(reply, error.code, error.details);
    const status = statusOf(error);
    if (status >= 500) {
      const { method, id: requestId } = request;
      logger.error('http.request_failed', error, { method, route: request.routeOptions.url, requestId });
      return sendProblem(reply, 'server.error');
    }
    const code = REQUEST_CODES.get(status);
    if (code !== undefined) return sendProblem(reply, code);
    return sendProblem(reply, 'request.invalid', isAboutBody(error) ? NOT_JSON : {});
  };
}

const NOT_JSON = { field: 'body', reason: 'must be JSON' };

/**
 * The codes for failures of the framework. The library refuses files outside the page's folder with 403. We answer
 * 404, because nothing is at such an address.
 */
const REQUEST_CODES: ReadonlyMap<number, ProblemCode> = new Map([
  [403, 'request.not_found'],
  [404, 'request.not_found'],
  [408, 'request.timeout'],
  [413, 'request.too_large'],
  [415, 'request.unsupported_media_type'],
]);

/** Describes the first fault that was found. Its path is dotted, for instance `windows.0.startTime`. */
function sendInvalid(error: FastifyError, reply: FastifyReply): FastifyReply {
  const [issue] = error.validation ?? [];
  const path = (issue?.instancePath ?? '').split('/').filter((step) => step !== '');
  const part = PARTS[error.validationContext ?? ''] ?? 'request';
  if (path.length === 0) {
    return sendProblem(reply, 'request.invalid', { field: part, reason: 'must be a JSON object' });
  }
  const reason = issue?.message ?? 'is not valid';
  return sendProblem(reply, 'request.invalid', { field: path.join('.'), reason });
}

function isAboutBody(error: unknown): boolean {
  if (error instanceof SyntaxError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('FST_ERR_CTP_');
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : 500;
}

/**
 * Answers bytes that Node's parser cannot read. They never become a request, so the answer goes to the bare
 * connection, which then ends.
 */
export function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  // What follows the refused part cannot be read either.
  if (isClosing(socket)) return;
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  refuseConnection(socket, { code: UNREADABLE.get(error.code ?? '') ?? 'request.invalid' });
}

const UNREADABLE: ReadonlyMap<string, ProblemCode> = new Map([
  ['HPE_HEADER_OVERFLOW', 'request.headers_too_large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'request.timeout'],
]);

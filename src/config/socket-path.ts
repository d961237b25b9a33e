import { z } from 'zod';
import { ConfigError } from './config-error.js';

/** Parts of letters, digits and `. _ ~ -`. None of them is `.` or `..`. */
const PATH = /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)+\/?$/;
/**
 * Addresses of the HTTP API, its documents and pages, and the paths above and below them. Socket.IO cannot answer
 * there as well.
 */
const OF_THE_API =
  /^\/(api|api\/v1(\/.*)?|api\/(openapi|asyncapi)\.json|docs(\/.*)?|c(\/.*)?|healthz|readyz|metrics|chat-test-client\.html|chat-page\.(js|css)|element\.js|texts(\/.*)?|people(\.(html|css|js|json)|-.*)|favicon\.svg)\/?$/;

/** The path of Socket.IO, without a slash at its end. */
export const socketPath = z
  .string()
  .regex(PATH, { error: 'must be a path like /socket.io' })
  .refine((path) => !OF_THE_API.test(path), { error: 'must not be a path of the HTTP API' })
  .transform((path) => path.replace(/\/$/, ''))
  .default('/socket.io');

/**
 * Compares Socket.IO's path with the path of a handler of the HTTP API.
 *
 * @param basePath without a slash at its end; empty for the root, or if nobody knows.
 * @throws {ConfigError} if Socket.IO would take requests that are the handler's.
 */
export function refuseSharedPath(path: string, basePath: string): void {
  const isAbove = basePath === path || basePath.startsWith(`${path}/`);
  const isWithin = path.startsWith(`${basePath}/`) && OF_THE_API.test(path.slice(basePath.length));
  if (isAbove || isWithin) {
    throw new ConfigError(
      `path (SOCKET_PATH) must not be ${path}, which the HTTP handler with basePath ${basePath || '/'} answers: choose another, such as ${basePath}/socket.io`,
    );
  }
}

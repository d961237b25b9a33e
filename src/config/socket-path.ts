import { z } from 'zod';
import { ConfigError } from './config-error.js';

/** Parts of letters, digits and `. _ ~ -`, none of which is a step up or to itself. */
const PATH = /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)+\/?$/;
/** Addresses of the HTTP API, its documents and pages, or what lies above or below them: both cannot answer there. */
const OF_THE_API =
  /^\/(api|api\/v1(\/.*)?|api\/(openapi|asyncapi)\.json|docs(\/.*)?|c(\/.*)?|healthz|readyz|metrics|chat-test-client\.html|chat-page\.(js|css)|element\.js|texts(\/.*)?|people(\.(html|css|js|json)|-.*)|favicon\.svg)\/?$/;

/** Where Socket.IO answers: below this path, which is given without a slash at its end. */
export const socketPath = z
  .string()
  .regex(PATH, { error: 'must be a path like /socket.io' })
  .refine((path) => !OF_THE_API.test(path), { error: 'must not be a path of the HTTP API' })
  .transform((path) => path.replace(/\/$/, ''))
  .default('/socket.io');

/**
 * Holds Socket.IO's path against where a handler of the HTTP API lies.
 *
 * @param basePath without a slash at its end; empty for the root, or where nobody knows.
 * @throws {ConfigError} where Socket.IO would answer what is the handler's.
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

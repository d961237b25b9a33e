import { z } from 'zod';

/** Parts of letters, digits and `. _ ~ -`, none of which is a step up or to itself. */
const PATH = /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)+\/?$/;
/** What lies below it belongs to the HTTP API and its page. */
const OF_THE_API = /^\/(api|docs|api\/v1(\/.*)?|docs\/.*)\/?$/;

/** Where Socket.IO answers: below this path, which is given without a slash at its end. */
export const socketPath = z
  .string()
  .regex(PATH, { error: 'must be a path like /socket.io' })
  .refine((path) => !OF_THE_API.test(path), { error: 'must not be a path of the HTTP API' })
  .transform((path) => path.replace(/\/$/, ''))
  .default('/socket.io');

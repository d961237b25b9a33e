import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Administration } from '../../../application/application.js';
import type { Clock } from '../../../application/ports/clock.js';

export const API_PREFIX = '/api/v1';

/** Routes are checked and documented by their Zod schemas. */
export type ApiServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface RouteDependencies {
  readonly administration: Administration;
  readonly clock: Clock;
}

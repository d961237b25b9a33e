import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ManageConsultations } from '../../../application/administration/manage-consultations.js';
import type { ManagePeople } from '../../../application/administration/manage-people.js';
import type { GetMessages } from '../../../application/conversation/get-messages.js';
import type { Clock } from '../../../application/ports/clock.js';
import type { Sessions } from '../../../application/sessions/sessions.js';

export const API_PREFIX = '/api/v1';

/** Routes are checked and documented by their Zod schemas. */
export type ApiServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** The part of the driving port that is called from HTTP. */
export interface ApiApplication extends ManagePeople, ManageConsultations {
  readonly authenticate: Sessions['authenticate'];
  readonly getMessages: GetMessages;
}

export interface RouteDependencies {
  readonly application: ApiApplication;
  readonly clock: Clock;
}

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Sessions } from '../../../application/sessions/sessions.js';
import { sendProblem, sendRefusal } from '../problem.js';
import type { Origins } from '../security-headers.js';
import { addAccessLogRoutes } from './access-log-routes.js';
import { API_PREFIX, type ApiServer, type RouteDependencies } from './api-server.js';
import { identify } from './caller.js';
import { addConsultationRoutes } from './consultation-routes.js';
import { addDoctorRoutes } from './doctor-routes.js';
import { addMeRoutes } from './me-routes.js';
import { addPatientRoutes } from './patient-routes.js';
import { type ApiLimits, createRequestLimits, type RequestLimits } from './rate-limits.js';
import { readJsonOnly } from './readable-requests.js';
import { addRecordRoutes } from './record-routes.js';
import { addOverrideRoutes, addScheduleRoutes } from './schedule-routes.js';
import { collectMethods } from './unknown-methods.js';

export interface ApiOptions extends RouteDependencies {
  readonly sessions: Pick<Sessions, 'authenticate' | 'malformed'>;
  /** Whether the page that sent the request may use this API. The sockets follow the same rule. */
  readonly isOriginAllowed: (headers: IncomingHttpHeaders) => boolean;
  /** Called for each request that is refused because of the page that sent it. */
  readonly originRefused?: (headers: IncomingHttpHeaders) => void;
  /** The other origins whose pages may read the answers; none when left out. */
  readonly corsOrigin?: Origins;
  /** Whether a request may be answered at all, judging by where it comes from. */
  readonly admits: (request: IncomingMessage) => boolean;
  /** How often callers may ask; null, or left out, means no limit. */
  readonly limits?: ApiLimits | null;
}

/** Adds the HTTP API below `/api/v1`. */
export async function addApi(app: FastifyInstance, options: ApiOptions): Promise<void> {
  app.decorateRequest('requester', null);
  await app.register(async (scope) => addRoutes(scope.withTypeProvider<ZodTypeProvider>(), options), {
    prefix: API_PREFIX,
  });
}

async function addRoutes(app: ApiServer, options: ApiOptions): Promise<void> {
  guard(app, options, await createRequestLimits(app, options.limits ?? null));
  const methods = collectMethods(app);
  addOperations(app, options);
  addMeRoutes(app);
  methods.answerOthers();
}

/** Adds the operations themselves. They rely on a hook that has identified the caller. */
export function addOperations(app: ApiServer, dependencies: RouteDependencies): void {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  readJsonOnly(app);
  addDoctorRoutes(app, dependencies);
  addScheduleRoutes(app, dependencies);
  addOverrideRoutes(app, dependencies);
  addPatientRoutes(app, dependencies);
  addConsultationRoutes(app, dependencies);
  addRecordRoutes(app, dependencies);
  addAccessLogRoutes(app, dependencies);
}

/**
 * Checks each request in this order: the origin of its page, the address it comes from, who the caller is, and how
 * often they ask.
 */
function guard(app: ApiServer, options: ApiOptions, limits: RequestLimits): void {
  const { sessions, isOriginAllowed, originRefused, admits } = options;
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  app.addHook('onRequest', async (request, reply) => {
    // Reads are checked, too. The page could not see their answers anyway, but the access log would name everybody who
    // visits the page.
    const isAllowed = isOriginAllowed(request.headers);
    if (!isAllowed) originRefused?.(request.headers);
    return isAllowed && admits(request.raw) ? undefined : sendProblem(reply, 'request.origin_forbidden');
  });
  app.addHook('onRequest', async (request, reply) => {
    const requester = await identify(request, sessions);
    if ('outcome' in requester) return sendRefusal(reply, (await limits.ofStranger(request)) ?? requester);
    request.requester = requester;
    const limited = await limits.ofPerson(request);
    return limited === null ? undefined : sendRefusal(reply, limited);
  });
}

import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { type ProblemCode, sendProblem } from './problem.js';

/** How long `/readyz` waits for everything that the server depends on, in ms. */
export const READINESS_LIMIT_MS = 2_000;
/** How long a result is reused for everybody who asks, in ms. */
export const LOOK_MS = 1_000;

/** All metrics, as text. */
export interface MetricsPage {
  readonly contentType: string;
  render(): Promise<string>;
}

/** Why a request may not read the metrics. */
export type MetricsRefusal = Extract<
  ProblemCode,
  'request.origin_forbidden' | 'auth.required' | 'auth.invalid'
>;

export interface ProbeOptions {
  /** Whether everything that the server depends on answers. A rejection counts as no. */
  readonly ready: () => Promise<boolean>;
  /**
   * Whether the server is sending its clients away because it is about to stop. It is then not ready, whatever
   * `ready` says. Never when left out.
   */
  readonly isDraining?: () => boolean;
  /**
   * Whether the other processes cannot be heard at the moment. The answer says so, but the server is ready all the
   * same, because it works correctly without hearing them. Never when left out.
   */
  readonly isCutOff?: () => boolean;
  readonly metrics: MetricsPage;
  /**
   * Returns why a request may not read the metrics; null if it may. The metrics tell how much work the server has, and
   * of which kind.
   */
  readonly refusesMetrics: (request: IncomingMessage) => MetricsRefusal | null;
  /** In ms; `READINESS_LIMIT_MS` when left out. */
  readonly readinessLimitMs?: number;
  /** In ms; `LOOK_MS` when left out. */
  readonly lookMs?: number;
}

/**
 * Serves `GET /healthz`, `GET /readyz` and `GET /metrics`. However many ask for `/readyz`, readiness is checked once a
 * second at most.
 */
export function addProbes(app: FastifyInstance, options: ProbeOptions): void {
  const { ready, isDraining = () => false, isCutOff = () => false, metrics, refusesMetrics } = options;
  const { readinessLimitMs = READINESS_LIMIT_MS, lookMs = LOOK_MS } = options;
  const isReadyNow = sharedLook(() => withinLimit(ready, readinessLimitMs), lookMs);
  const metricsNow = sharedLook(() => metrics.render(), lookMs);
  app.get('/healthz', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return { status: 'ok' };
  });
  app.get('/readyz', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    // `isDraining` is asked directly, because a shared look may be up to `lookMs` old.
    const isReady = !isDraining() && (await isReadyNow());
    reply.code(isReady && !isDraining() ? 200 : 503);
    if (isDraining()) return { status: 'unavailable', reason: 'draining' };
    const peers = isCutOff() ? { peers: 'unreachable' } : {};
    return { status: isReady ? 'ready' : 'unavailable', ...peers };
  });
  app.get('/metrics', async (request, reply) => {
    const refusal = refusesMetrics(request.raw);
    if (refusal !== null) return sendProblem(reply, refusal);
    reply.header('cache-control', 'no-store').type(metrics.contentType);
    return metricsNow();
  });
}

/**
 * Shares the result of a look with everybody who asks within `lookMs` of its beginning. A look that is still running
 * is shared however long it takes.
 */
function sharedLook<Found>(look: () => Promise<Found>, lookMs: number): () => Promise<Found> {
  let last: Promise<Found> | undefined;
  let isInFlight = false;
  let begunAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (last !== undefined && (isInFlight || now - begunAt < lookMs)) return last;
    begunAt = now;
    isInFlight = true;
    last = look().finally(() => {
      isInFlight = false;
    });
    return last;
  };
}

async function withinLimit(ready: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  try {
    return await Promise.race([ready(), limit]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

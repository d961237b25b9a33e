import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { type ProblemCode, sendProblem } from './problem.js';

/** How long `/readyz` waits for the database's answer, in ms. */
export const READINESS_LIMIT_MS = 2_000;
/** How long a result is reused for everybody who asks, in ms. */
export const LOOK_MS = 1_000;

/** All metrics, as text. */
export interface MetricsPage {
  readonly contentType: string;
  render(): Promise<string>;
}

/** Why somebody may not read the metrics. */
export type MetricsRefusal = Extract<
  ProblemCode,
  'request.origin_forbidden' | 'auth.required' | 'auth.invalid'
>;

export interface ProbeOptions {
  /** Whether what the server depends on answers; a rejection counts as no. */
  readonly ready: () => Promise<boolean>;
  /** Whether the server sends its clients away, because it is about to stop: it is not ready, whatever answers. Never when left out. */
  readonly isDraining?: () => boolean;
  /**
   * Whether nothing can be heard of the other processes for now. It is told, and the server is ready all the same: what it
   * does is right without them. Never when left out.
   */
  readonly isCutOff?: () => boolean;
  readonly metrics: MetricsPage;
  /** Why a request may not read the metrics; null where it may. They tell how much the server has to do, and with what. */
  readonly refusesMetrics: (request: IncomingMessage) => MetricsRefusal | null;
  /** In ms; `READINESS_LIMIT_MS` when left out. */
  readonly readinessLimitMs?: number;
  /** In ms; `LOOK_MS` when left out. */
  readonly lookMs?: number;
}

/** Serves `GET /healthz`, `GET /readyz` and `GET /metrics`. However many ask for `/readyz`, readiness is checked once a second at most. */
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
    // At once, and not at the next look.
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

/** What was found counts from the beginning of the look on; one that is under way is shared, however long it takes. */
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

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isFromThisMachine } from '../adapters/demo/loopback-only.js';
import type { MetricsRefusal } from '../adapters/http/probes.js';
import type { MetricsConfig } from '../config/metrics.js';

const BEARER = /^Bearer +(\S+)$/i;

/** Decides who may read the metrics. The function that it returns gives the refusal of a request, or null. */
export function metricsAdmissionOf(
  config: MetricsConfig,
): (request: IncomingMessage) => MetricsRefusal | null {
  switch (config.readers) {
    case 'open':
      return () => null;
    case 'local':
      return (request) => (isFromThisMachine(request) ? null : 'request.origin_forbidden');
    case 'token': {
      const expected = digestOf(config.token);
      return ({ headers }) => {
        const [, shown] = BEARER.exec(headers.authorization ?? '') ?? [];
        if (shown === undefined) return 'auth.required';
        return timingSafeEqual(digestOf(shown), expected) ? null : 'auth.invalid';
      };
    }
  }
}

/** A digest has the same length for any token, so that a comparison takes the same time. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

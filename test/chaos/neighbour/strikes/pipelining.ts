import { requestOf, withPeers } from '../peer.js';
import type { Strike } from '../strike.js';

const PROBES = 5_000;
const SCRAPES = 1_000;
const ANSWERS_LIMIT_MS = 10_000;

/** So many requests in one write on one connection, without a token. */
function pipeline(path: string, count: number): Strike {
  return async (context) => {
    const [answers = 0] = await withPeers(context, 1, async (peer) => {
      peer.write(requestOf(context.target, `GET ${path}`).repeat(count));
      await peer.until(() => peer.answers() >= count, ANSWERS_LIMIT_MS);
      return peer.answers();
    });
    return { effective: answers > 0, note: `${answers} of ${count} answered` };
  };
}

export const pipelineProbes = pipeline('/readyz', PROBES);
export const pipelineMetrics = pipeline('/metrics', SCRAPES);

import type { Logger } from '../../application/ports/logger.js';
import { FETCH_LIMIT_MS, keySet } from './remote-keys.js';

export interface KeySetTrial {
  /** Where the issuer publishes its keys. */
  readonly url: string;
  readonly logger: Pick<Logger, 'warn'>;
  /** Ends the trial without a line in the log. */
  readonly signal: AbortSignal;
}

/**
 * Fetches the issuer's keys once, to report at the start what otherwise the first person who signs in would meet. It
 * is only a warning, because the issuer may be started later. Never rejects.
 */
export async function tryKeySet({ url, logger, signal }: KeySetTrial): Promise<void> {
  const problem = await problemOf(url, AbortSignal.any([signal, AbortSignal.timeout(FETCH_LIMIT_MS)]));
  if (problem === null || signal.aborted) return;
  const { origin, pathname } = new URL(url);
  // The URL is logged without its query, which may hold a key.
  logger.warn('identity.keys_not_found', {
    setting: 'CHAT_JWKS_URL',
    url: `${origin}${pathname}`,
    ...problem,
  });
}

type Problem = { readonly problem: 'unreachable' | 'status' | 'no_key_set'; readonly status?: number };

/** Fetches as `createRemoteKeys` does: redirects are not followed. */
async function problemOf(url: string, signal: AbortSignal): Promise<Problem | null> {
  const response = await fetch(url, { redirect: 'manual', signal }).catch(() => null);
  if (response === null) return { problem: 'unreachable' };
  const { status } = response;
  if (status !== 200) {
    await response.body?.cancel().catch(() => undefined);
    return { problem: 'status', status };
  }
  const published = keySet.safeParse(await response.json().catch(() => null));
  return published.success && published.data.keys.length > 0 ? null : { problem: 'no_key_set' };
}

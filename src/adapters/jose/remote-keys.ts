import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.js';
import type { Logger } from '../../application/ports/logger.js';
import type { Instant } from '../../domain/instant.js';

/** How long the issuer may take to answer, in ms. */
export const FETCH_LIMIT_MS = 3_000;
/** How long the issuer's keys are trusted, in ms. A key that the issuer withdraws works no longer than that. */
const MAX_AGE_MS = 10 * 60_000;
/**
 * The shortest time between two fetches because of a missing key, in ms. Tokens with made-up key ids must not burden
 * the issuer.
 */
const ROTATION_PAUSE_MS = 30_000;
/** The pause after a failed fetch, in ms. Until it is over, every caller is told that the fetch failed. */
const RETRY_PAUSE_MS = 1_000;

/** The form of a key set, RFC 7517, section 5. */
export const keySet = z.object({ keys: z.array(z.looseObject({})) });

export interface RemoteKeysOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In ms; `ROTATION_PAUSE_MS` when left out. */
  readonly rotationPauseMs?: number | undefined;
}

/** The issuer's keys cannot be fetched, so nobody can tell whether a token is good. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

/**
 * The keys that an issuer publishes. They are fetched when they are first needed, kept, and fetched again when they
 * are old or a token names a key that is not among them.
 *
 * @returns a function that finds the key of a token. It throws {JOSEError} if there is none, and
 *   {KeysUnavailableError} if the keys cannot be fetched or read.
 */
export function createRemoteKeys(options: RemoteKeysOptions): JWTVerifyGetKey {
  const { clock, logger, rotationPauseMs = ROTATION_PAUSE_MS } = options;
  const url = new URL(options.url);
  let failedAt: Instant | null = null;

  const remote = createRemoteJWKSet(url, {
    timeoutDuration: FETCH_LIMIT_MS,
    cacheMaxAge: MAX_AGE_MS,
    cooldownDuration: rotationPauseMs,
    [customFetch]: async (resource, init) => {
      if (failedAt !== null && Math.abs(clock.now() - failedAt) < RETRY_PAUSE_MS) {
        throw new KeysUnavailableError('the issuer did not answer a moment ago');
      }
      let answered: { readonly status?: number } = {};
      try {
        const response = await fetch(resource, init);
        answered = { status: response.status };
        if (response.status !== 200) throw new Error(`the issuer answered with status ${response.status}`);
        const published = keySet.parse(await response.json());
        failedAt = null;
        return Response.json(published);
      } catch (error) {
        failedAt = clock.now();
        // The URL is logged without its query, which may hold a key.
        logger.error('identity.keys_unavailable', error, {
          url: `${url.origin}${url.pathname}`,
          ...answered,
        });
        throw error;
      }
    },
  });

  return async (header, token) => {
    try {
      return await remote(header, token);
    } catch (error) {
      const isOfTheToken =
        error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      if (isOfTheToken || error instanceof KeysUnavailableError) throw error;
      throw new KeysUnavailableError('the keys that CHAT_JWKS_URL names cannot be had', { cause: error });
    }
  };
}

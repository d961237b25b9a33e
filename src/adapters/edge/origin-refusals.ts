import type { Logger } from '../../application/ports/logger.js';
import type { Scheduler } from '../../application/ports/scheduler.js';
import { MINUTE_MS } from '../../domain/instant.js';

/** How many lines of the log there may be in a minute. Further refusals are only counted. */
export const MAX_ORIGIN_LINES = 10;
/** How many characters of a header are logged, from its beginning. */
const MAX_LOGGED_LENGTH = 128;

/** The headers of a request, with names in lower case. */
type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Tells those who run the server which pages were refused, and what their origins were compared with. */
export interface OriginRefusals {
  /**
   * @param sessionOrigin the origin of the page that opened the session, if the request's origin was compared with
   *   that.
   */
  note(channel: 'http' | 'socket', headers: Headers, sessionOrigin?: string): void;
}

/**
 * Logs `origin.refused` for the first refusals of a minute, and at its end how many more there were. A minute begins
 * with its first refusal.
 */
export function createOriginRefusals(dependencies: {
  readonly logger: Logger;
  readonly scheduler: Pick<Scheduler, 'after'>;
}): OriginRefusals {
  const { logger, scheduler } = dependencies;
  /** How many refusals there were in this minute; null while no minute has begun. */
  let refusals: number | null = null;

  function end(): void {
    const count = (refusals ?? 0) - MAX_ORIGIN_LINES;
    if (count > 0) logger.warn('origin.refused', { count });
    refusals = null;
  }

  return {
    note: (channel, headers, sessionOrigin) => {
      if (refusals === null) {
        scheduler.after(MINUTE_MS, { name: 'origin-refusals', run: async () => end() });
      }
      refusals = (refusals ?? 0) + 1;
      if (refusals > MAX_ORIGIN_LINES) return;
      logger.warn('origin.refused', {
        channel,
        origin: loggable(headers['origin']),
        host: loggable(headers['host']),
        forwardedHost: loggable(headers['x-forwarded-host']),
        fetchSite: loggable(headers['sec-fetch-site']),
        ...(sessionOrigin === undefined ? {} : { sessionOrigin: loggable(sessionOrigin) }),
      });
    },
  };
}

/**
 * Printable ASCII only, because a request must not forge a line of the log. A path or a user after an origin is left
 * out.
 */
function loggable(value: string | readonly string[] | undefined): string | null {
  if (typeof value !== 'string') return null;
  const [authority = ''] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/?#]*/i.exec(value) ?? [];
  const withoutUser = authority.replace(/[^/]*@/, '');
  return withoutUser.replace(/[^\x21-\x7e]/g, '?').slice(0, MAX_LOGGED_LENGTH);
}

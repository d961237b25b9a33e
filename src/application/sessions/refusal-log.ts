import { MINUTE_MS } from '../../domain/instant.js';
import type { Authenticator, Credentials, SignInRefusal, SignInRefusalReason } from '../ports/identity.js';
import type { Logger } from '../ports/logger.js';
import type { Metrics } from '../ports/metrics.js';
import type { Scheduler } from '../ports/scheduler.js';

/**
 * How many lines there may be in a minute for each reason, so that a flood for one reason does not hide the first
 * refusal for another.
 */
export const MAX_LINES_PER_REASON = 10;

/** Tells those who run the server why sign-ins are refused. */
export interface RefusalLog {
  note(channel: Credentials['channel'], refusal: SignInRefusal): void;
}

export interface RefusalLogDependencies {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly scheduler: Scheduler;
  readonly authenticator: Pick<Authenticator, 'logged'>;
}

/**
 * Logs `identity.refused` for the first refusals of a minute, and at its end how many more there were for each
 * reason. A minute begins with its first refusal. Refusals that the authenticator has logged itself are only counted.
 */
export function createRefusalLog(dependencies: RefusalLogDependencies): RefusalLog {
  const { logger, metrics, scheduler, authenticator } = dependencies;
  let ofThisMinute: Map<SignInRefusalReason, number> | null = null;

  function begin(): Map<SignInRefusalReason, number> {
    scheduler.after(MINUTE_MS, { name: 'sign-in-refusals', run: async () => end() });
    return new Map();
  }

  function end(): void {
    for (const [reason, refusals] of ofThisMinute ?? []) {
      const count = refusals - MAX_LINES_PER_REASON;
      if (count > 0) log(reason, { count });
    }
    ofThisMinute = null;
  }

  /** Refusals of expired tokens are routine, so their level is lower. */
  function log(reason: SignInRefusalReason, fields: Readonly<Record<string, string | number | null>>): void {
    if (reason === 'expired') logger.info('identity.refused', { reason, ...fields });
    else logger.warn('identity.refused', { reason, ...fields });
  }

  return {
    note: (channel, { reason, issuer = null, kid = null, ...details }) => {
      metrics.count('sign_ins_refused_total');
      if (authenticator.logged?.has(reason)) return;
      ofThisMinute ??= begin();
      const refusals = (ofThisMinute.get(reason) ?? 0) + 1;
      ofThisMinute.set(reason, refusals);
      if (refusals <= MAX_LINES_PER_REASON) log(reason, { issuer, kid, channel, ...details });
    },
  };
}

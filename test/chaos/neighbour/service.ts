import { isPassing } from '../devices/device.js';
import type { History, Look, Moment, Send } from '../history.js';

/** How those who behave were served, in ms. What was not answered counts with the time that it was waited for. */
export interface Service {
  readonly count: number;
  /** Of these, how many got no answer, or one that promises nothing. */
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
}

export interface ServiceOfAll {
  readonly sends: Service;
  readonly joins: Service;
}

/**
 * Sends and joins that began between the two moments. A refusal by a rule is not counted: it is an answer, and other
 * work. A join that failed cannot be told from a page that did, so that one counts, too.
 */
export function serviceBetween(history: History, from: Moment, to: Moment): ServiceOfAll {
  const within = ({ invokedAt }: { readonly invokedAt: Moment }): boolean =>
    invokedAt >= from && invokedAt < to;
  return {
    sends: serviceOf(history.sends.filter(within)),
    joins: serviceOf(history.looks.filter((look) => within(look) && !isPage(look))),
  };
}

function isPage({ outcome }: Look): boolean {
  return outcome.type === 'ok' && outcome.readSeq === null;
}

function serviceOf(operations: readonly (Send | Look)[]): Service {
  const counted = operations.filter(({ outcome }) => outcome.type === 'ok' || isFailure(outcome));
  const sorted = counted
    .map(({ invokedAt, settledAt }) => settledAt - invokedAt)
    .sort((one, other) => one - other);
  return {
    count: counted.length,
    failed: counted.filter(({ outcome }) => isFailure(outcome)).length,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
  };
}

function isFailure(outcome: (Send | Look)['outcome']): boolean {
  return outcome.type === 'unknown' || (outcome.type === 'refused' && isPassing(outcome.code));
}

/** By nearest rank, of values in their order. NaN of none. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

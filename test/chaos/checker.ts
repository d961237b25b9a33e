import { groupAttempts } from './checks/attempts.js';
import { checkDeliveries } from './checks/check-deliveries.js';
import { checkInboxes } from './checks/check-inboxes.js';
import { checkLog } from './checks/check-log.js';
import { checkReads } from './checks/check-reads.js';
import { checkSends } from './checks/check-sends.js';
import type { Violation } from './checks/violation.js';
import { type Figures, figuresOf, type Thresholds, thinSpots, thresholdsOf } from './coverage.js';
import type { FinalLog, History } from './history.js';

export interface Verdict {
  /** `unknown` where nothing was violated and too little was tried: as bad as `fail`. */
  readonly verdict: 'pass' | 'fail' | 'unknown';
  readonly violations: readonly Violation[];
  /** What there was too little of. */
  readonly thin: readonly string[];
  readonly figures: Figures;
}

/** Holds a history and what is left of it in the end to every rule. Pure. */
export function findViolations(history: History, log: FinalLog): readonly Violation[] {
  const violations: Violation[] = [];
  const report = (rule: Violation['rule'], kind: string, detail: string): void => {
    violations.push({ rule, kind, detail });
  };
  const attempts = groupAttempts(history);
  checkLog(log, report);
  checkSends(attempts, log, report);
  checkDeliveries(history, attempts, log, report);
  checkReads(history, log, report);
  checkInboxes(log, report);
  return violations;
}

/** What was found out beside the history. */
export interface Seen {
  readonly violations: readonly Violation[];
  readonly figures: Figures;
}

const NOTHING_SEEN: Seen = { violations: [], figures: {} };

export function judge(
  history: History,
  log: FinalLog,
  thresholds: Thresholds = thresholdsOf({ processes: 1, peers: 'postgres' }),
  seen: Seen = NOTHING_SEEN,
): Verdict {
  const violations = [...findViolations(history, log), ...seen.violations];
  const figures = { ...figuresOf(history, log), ...seen.figures };
  const thin = thinSpots(figures, thresholds);
  const verdict = violations.length > 0 ? 'fail' : thin.length > 0 ? 'unknown' : 'pass';
  return { verdict, violations, thin, figures };
}

import type { AppendOutcome, AppendRequest } from '../../../application/ports/event-store.js';
import type { Metrics } from '../../../application/ports/metrics.js';
import { InvariantViolation } from '../../../domain/invariant.js';
import { createFlushLoop, flushInTime } from '../batching/timed-flush.js';
import { type PreparedAppend, prepareAppend } from './append-batch.js';
import { MAX_QUEUED_APPENDS, type QueuedAppend, takeBatch } from './append-queue.js';
import type { BatchWriter } from './batch-writer.js';
import { createDecisionChains, type DecisionChains } from './decision-chains.js';

const RETRY_AFTER_OVERLOAD_MS = 1_000;

/** An append that waits. A class, because there is one for each message. */
class Queued implements QueuedAppend<AppendOutcome> {
  readonly queuedAtMs = performance.now();
  private outcome: AppendOutcome | Error | null = null;

  constructor(
    readonly append: PreparedAppend,
    private readonly answers: Answers,
    private readonly decisionChains: DecisionChains,
    private readonly resolveAppend: (outcome: AppendOutcome) => void,
    private readonly rejectAppend: (error: Error) => void,
  ) {}

  /** Sets the answer. Only the first one counts. The decision chain breaks at once, before the caller hears of it. */
  resolve(outcome: AppendOutcome): void {
    if (this.outcome !== null) return;
    this.outcome = outcome;
    if (outcome.outcome !== 'appended') this.notStored(outcome);
    this.answers.hold(this);
  }

  private notStored({ outcome }: AppendOutcome): void {
    this.decisionChains.break(this.append.request);
    if (outcome === 'conflict' || outcome === 'outdated') this.answers.countConflict();
  }

  reject(error: Error): void {
    if (this.outcome !== null) return;
    this.outcome = error;
    this.decisionChains.break(this.append.request);
    this.rejectAppend(error);
  }

  /** Rejects a request that the writer has not answered, so that nobody waits for ever for a batch that is over. */
  mustBeAnswered(): void {
    if (this.outcome === null) this.reject(new InvariantViolation('a batch has an answer for each request'));
  }

  tell(): void {
    const { outcome } = this;
    if (outcome !== null && !(outcome instanceof Error)) this.resolveAppend(outcome);
  }
}

/** Holds back answers until the next statement is on its way, or the turn of the event loop is over. */
class Answers {
  private held: Queued[] = [];

  constructor(private readonly metrics: Metrics) {}

  countConflict(): void {
    this.metrics.count('appends_conflicted_total');
  }

  hold(queued: Queued): void {
    // The answers do not wait for the rest of their batch.
    if (this.held.length === 0) setImmediate(() => this.tell());
    this.held.push(queued);
  }

  tell(): void {
    const told = this.held;
    this.held = [];
    for (const queued of told) queued.tell();
  }
}

/** Commits appends in groups, so that many senders share a round trip and a commit. */
export function createGroupCommit(
  write: BatchWriter,
  metrics: Metrics,
): (request: AppendRequest) => Promise<AppendOutcome> {
  const queue: Queued[] = [];
  metrics.gauge('appends_waiting', () => queue.length);
  const decisionChains = createDecisionChains();
  const flushQueue = createFlushLoop(queue, flushNext);
  const answers = new Answers(metrics);

  function append(request: AppendRequest): Promise<AppendOutcome> {
    if (queue.length >= MAX_QUEUED_APPENDS) {
      decisionChains.break(request);
      metrics.count('appends_overloaded_total');
      return Promise.resolve({ outcome: 'overloaded', retryAfterMs: RETRY_AFTER_OVERLOAD_MS });
    }
    return new Promise((resolve, reject) => {
      queue.push(new Queued(prepareAppend(request), answers, decisionChains, resolve, reject));
      flushQueue();
    });
  }

  async function flushNext(): Promise<void> {
    refuseBrokenChains(queue, decisionChains);
    const batch = takeBatch(queue);
    if (batch.length > 0) {
      const members = batch.flatMap(({ queued }) => queued);
      const flushed = flushInTime(queue, members, (deadlineMs) => write(batch, deadlineMs));
      // The pool sends the statement to PostgreSQL in the next tick, so PostgreSQL works while the answers before it
      // are given.
      process.nextTick(() => answers.tell());
      await flushed;
      for (const queued of members) queued.mustBeAnswered();
    }
    if (queue.length === 0) answers.tell();
  }

  return append;
}

/** Takes appends out of the queue whose decision chain has broken. They meet a conflict without asking the database. */
function refuseBrokenChains(queue: Queued[], decisionChains: DecisionChains): void {
  const isBroken = ({ append }: Queued) => decisionChains.isBroken(append.request);
  const broken = queue.filter(isBroken);
  if (broken.length === 0) return;
  queue.splice(0, queue.length, ...queue.filter((queued) => !isBroken(queued)));
  for (const queued of broken) queued.resolve({ outcome: 'conflict' });
}

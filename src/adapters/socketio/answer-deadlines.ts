/** How many requests are answered in one turn of the event loop when thousands run out of time together. */
export const EXPIRED_PER_TURN = 100;

/** A request that waits for its answer. */
export interface PendingAnswer {
  /** When the time is over, on the monotonic clock, in ms. Only `start` sets it. */
  dueAt: number;
  /** Called when the time is over. */
  expire(): void;
}

export interface AnswerDeadlines {
  /** Calls `expire` when the time is over, unless the answer has been settled before. */
  start(answer: PendingAnswer): void;
  settle(answer: PendingAnswer): void;
}

/**
 * All requests have a deadline of the same length, so they fall due in the order in which they came: a set in that
 * order and one timer for its head are enough, instead of a timer for each message.
 */
export function createAnswerDeadlines(deadlineMs: number): AnswerDeadlines {
  const pending = new Set<PendingAnswer>();
  let timer: NodeJS.Timeout | undefined;

  function waitForHead(): void {
    timer = undefined;
    let expired = 0;
    for (const head of pending) {
      const remaining = head.dueAt - performance.now();
      if (remaining > 0 || expired === EXPIRED_PER_TURN) {
        timer = setTimeout(waitForHead, Math.max(0, Math.ceil(remaining)));
        timer.unref();
        return;
      }
      expired += 1;
      pending.delete(head);
      head.expire();
    }
  }

  return {
    start: (answer) => {
      answer.dueAt = performance.now() + deadlineMs;
      pending.add(answer);
      if (timer === undefined) waitForHead();
    },
    settle: (answer) => {
      pending.delete(answer);
    },
  };
}

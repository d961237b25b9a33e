import type { Problem, ProblemCode } from '../problem.js';

/** Why a call was refused. `code` is for programs and the same as over HTTP, `message` a sentence for people. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly code: ProblemCode;
  /** The status that the HTTP API answers with, for a host application that answers in the same way. */
  readonly status: number;
  /** `request.invalid`: the path of the offending value, for instance `windows.0.startTime`. */
  readonly field: string | undefined;
  /** `doctor.unavailable`: when the schedule opens next, ISO 8601 in UTC; null when not within 366 days. */
  readonly nextOpeningAt: string | null | undefined;
  /** `server.overloaded`: milliseconds to wait. */
  readonly retryAfterMs: number | undefined;
  /** The id under which the log has the call; undefined if the call was refused before it was made. */
  readonly requestId: string | undefined;

  constructor(problem: Problem) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    this.field = problem.field;
    this.nextOpeningAt = problem.nextOpeningAt;
    this.retryAfterMs = problem.retryAfterMs;
    this.requestId = problem.requestId;
  }
}

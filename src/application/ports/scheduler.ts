export interface Job {
  /** Names the job in the log. */
  readonly name: string;
  readonly run: () => Promise<void>;
}

export interface ScheduledJob {
  /** Starts no further run. Resolves when the run that is under way, if any, has finished. */
  stop(): Promise<void>;
}

export interface Scheduler {
  /**
   * Runs the job every `intervalMs`, the first time one interval from now. Runs never overlap: an interval that ends
   * while the job still runs is skipped. A run that fails is logged, and the next one comes.
   */
  every(intervalMs: number, job: Job): ScheduledJob;
  /** Runs the job once, `delayMs` from now. */
  after(delayMs: number, job: Job): ScheduledJob;
  /** Resolves when all other work that is ready has had its turn. Long loops call it, so that they hold nobody up. */
  yield(): Promise<void>;
}

/** The surroundings of a chat that is one of several workers on one address. */
export interface WorkerContext {
  /** Distinguishes its metrics from those of other workers; none for a process of its own. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Makes ids of connections that others can tell for this one's. */
  readonly newSessionId?: () => string;
  /** The metrics of all workers, as text. */
  readonly renderMetrics?: () => Promise<string>;
}

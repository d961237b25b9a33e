/** The other processes that serve the same chat, on the same database. */
export interface Peers {
  /**
   * Whether another process may have stored what this one has not heard of. Where that is so, memory may prove that
   * something is allowed, because the append checks it, but never that something is refused.
   */
  mayHaveStored(): boolean;
}

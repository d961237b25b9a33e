/** A use in the window that the first use of the key began, whichever process made it. */
export interface SharedUse {
  /** The use itself included. */
  readonly count: number;
  /** Until the window ends, in ms. */
  readonly remainingMs: number;
}

/** What a process holds is forgotten unless it tells it again within this time, in ms. */
export const HELD_FOR_MS = 10_000;

/**
 * What is counted over all processes that serve the same chat. Nothing here fails or waits for long: null means that
 * nobody knows, or that there is no other process, and what this process has counted itself decides.
 */
export interface SharedCounts {
  /** Counts one more use of the key. */
  use(key: string, windowMs: number): Promise<SharedUse | null>;
  /**
   * Tells how many of something this process holds; 0 for none, or for so few that it does not matter.
   *
   * @returns how many the other processes hold.
   */
  hold(key: string, held: number): Promise<number | null>;
}

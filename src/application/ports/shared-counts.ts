/** A use of a key within a window. The window began with the key's first use, at whichever process. */
export interface SharedUse {
  /** How often the key was used in the window, this use included. */
  readonly count: number;
  /** The time until the window ends, in ms. */
  readonly remainingMs: number;
}

/** The count that a process holds is forgotten unless the process repeats it within this time, in ms. */
export const HELD_FOR_MS = 10_000;

/**
 * Counts over all processes that serve the same chat. Nothing here fails or waits for long. null means that the
 * common count is not known, or that this is the only process. Then this process's own count decides.
 */
export interface SharedCounts {
  /** Counts one more use of the key. */
  use(key: string, windowMs: number): Promise<SharedUse | null>;
  /**
   * Tells how many of something this process holds; 0 for none, or for so few that they do not matter.
   *
   * @returns how many the other processes hold.
   */
  hold(key: string, held: number): Promise<number | null>;
}

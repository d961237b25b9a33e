/** The first pause, in ms. It doubles each time, up to the longest one. */
const FIRST_MS = 100;
const LONGEST_MS = 1_000;
/** A link that is lost before it has lasted this long, in ms, is unsteady: what it leads to probably ends it. */
const STEADY_MS = 10_000;
const LONGEST_UNSTEADY_MS = 5_000;

/**
 * How long a process waits before it opens its link to the others again. The more often the link is lost soon after it
 * was opened, the longer is the first pause, because after each opening everything has to be compared with the database.
 */
export interface LinkPauses {
  /** Called when the link is open. */
  opened(): void;
  /** Called when the link is lost, before the next pause. */
  lost(): void;
  /**
   * The pause before the next attempt, in ms. A random part, up to a half, is taken off, so that not all processes come
   * back at the same moment after an outage.
   */
  next(): number;
}

export interface LinkPausesOptions {
  /** On the monotonic clock, in ms. */
  readonly now?: () => number;
  /** A number from 0 to 1. */
  readonly chance?: () => number;
}

export function createLinkPauses(options: LinkPausesOptions = {}): LinkPauses {
  const { now = () => performance.now(), chance = Math.random } = options;
  let openedAt = now();
  let firstMs = FIRST_MS;
  let nextMs = FIRST_MS;
  return {
    opened: () => {
      openedAt = now();
    },
    lost: () => {
      const isSteady = now() - openedAt >= STEADY_MS;
      firstMs = isSteady ? FIRST_MS : Math.min(LONGEST_UNSTEADY_MS, firstMs * 2);
      nextMs = firstMs;
    },
    next: () => {
      const pauseMs = nextMs;
      nextMs = Math.min(Math.max(LONGEST_MS, firstMs), nextMs * 2);
      return pauseMs * (1 - chance() / 2);
    },
  };
}

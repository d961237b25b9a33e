import type { ConsultationChannel } from '../client/index.js';
import type { Message } from '../protocol/wire.js';

/** How many messages are asked for at once. */
const PAGE_MESSAGES = 100;
/** The whole conversation is asked for in the largest pages that the server gives. */
const LARGEST_PAGE_MESSAGES = 200;

export type EarlierState = 'idle' | 'loading' | 'failed';

/** Fetches the messages before those that are shown. */
export interface EarlierMessages {
  readonly state: EarlierState;
  /** Whether there may be anything before what is shown. */
  readonly hasMore: boolean;
  /** Notes that the messages from this `seq` on are shown. */
  shownFrom(seq: number): void;
  /** Fetches one more page. Nothing happens while one is on its way. */
  load(): Promise<void>;
  /**
   * Fetches everything from `seq` on; from the first message on when left out.
   *
   * @returns whether all of it has come.
   */
  loadFrom(seq?: number): Promise<boolean>;
}

export interface EarlierDependencies {
  readonly channel: Pick<ConsultationChannel, 'history'>;
  readonly arrived: (messages: readonly Message[]) => void;
  readonly changed: () => void;
}

export function createEarlierMessages({ channel, arrived, changed }: EarlierDependencies): EarlierMessages {
  let state: EarlierState = 'idle';
  /** Nothing is known of what comes before until something is shown. */
  let first = Number.POSITIVE_INFINITY;
  let inFlight: Promise<void> | null = null;

  const hasMore = (): boolean => first > 1;

  async function fetchPage(limit: number): Promise<void> {
    state = 'loading';
    changed();
    try {
      const before = Number.isFinite(first) ? { before: first } : {};
      const page = await channel.history({ ...before, limit });
      const oldest = page.messages[0];
      first = page.hasMore && oldest !== undefined ? oldest.seq : 1;
      arrived(page.messages);
      state = 'idle';
    } catch {
      state = 'failed';
    }
    changed();
  }

  function load(limit = PAGE_MESSAGES): Promise<void> {
    if (!hasMore()) return Promise.resolve();
    inFlight ??= fetchPage(limit).finally(() => {
      inFlight = null;
    });
    return inFlight;
  }

  return {
    get state() {
      return state;
    },
    get hasMore() {
      return hasMore();
    },
    shownFrom(seq) {
      first = Math.min(first, Math.max(1, seq));
    },
    load: () => load(),
    async loadFrom(seq = 1) {
      while (hasMore() && first > seq) {
        await load(LARGEST_PAGE_MESSAGES);
        if (state === 'failed') return false;
      }
      return true;
    },
  };
}

import { invariant } from './invariant.js';
import { MAX_HELD_MESSAGES } from './limits.js';

/**
 * Turns messages that arrive in any order and any number of times into one sequence without gaps: each once, by
 * `seq`. Messages after a gap are held back until the gap is filled.
 */
export interface Sequencer<Item extends { readonly seq: number }> {
  /** The `seq` up to which everything has been given out; null until it is known where reading begins. */
  position(): number | null;
  /**
   * Begins after `after`.
   *
   * @returns the messages that are next in order.
   */
  start(after: number): readonly Item[];
  /** @returns the messages that are next in order; often none. */
  offer(items: readonly Item[]): readonly Item[];
  /** Notes that messages up to `seq` exist. */
  learnHead(seq: number): void;
  /** Whether a message that is known to exist has not arrived. */
  isMissing(): boolean;
  /** Begins another history, which counts from 1 again. */
  restart(): void;
}

export function createSequencer<Item extends { readonly seq: number }>(
  maxHeld = MAX_HELD_MESSAGES,
): Sequencer<Item> {
  const held = new Map<number, Item>();
  let position: number | null = null;
  let head = 0;

  function learnHead(seq: number): void {
    if (Number.isSafeInteger(seq) && seq > head) head = seq;
  }

  function hold(item: Item): void {
    const { seq } = item;
    if (!Number.isSafeInteger(seq) || seq < 1 || (position !== null && seq <= position)) return;
    learnHead(seq);
    const isNext = position !== null && seq === position + 1;
    if (!held.has(seq) && (isNext || held.size < maxHeld)) held.set(seq, item);
  }

  function takeNext(): Item | undefined {
    if (position === null) return undefined;
    const item = held.get(position + 1);
    if (item === undefined) return undefined;
    position += 1;
    held.delete(position);
    /* @__PURE__ */ invariant(() => item.seq === position, 'out of order');
    return item;
  }

  function release(into: Item[]): void {
    for (let item = takeNext(); item !== undefined; item = takeNext()) into.push(item);
    /* @__PURE__ */ invariant(() => held.size <= maxHeld, 'out of bounds');
  }

  return {
    position: () => position,
    start: (after) => {
      position = after;
      learnHead(after);
      for (const seq of held.keys()) if (seq <= after) held.delete(seq);
      const released: Item[] = [];
      release(released);
      return released;
    },
    offer: (items) => {
      const released: Item[] = [];
      for (const item of items) {
        hold(item);
        release(released);
      }
      return released;
    },
    learnHead,
    isMissing: () => position !== null && position < head,
    restart: () => {
      held.clear();
      position = 0;
      head = 0;
    },
  };
}

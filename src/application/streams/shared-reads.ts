import type { Versioned } from '../ports/state-reader.js';

/** Reads that are under way. Whoever asks meanwhile shares them. */
export interface SharedReads<Entry> {
  has(id: string): boolean;
  /** Reads the state, or waits for the read that is under way. @returns what `keep` has made of it. */
  read(id: string): Promise<Entry>;
  /** Called when a read may bring a state that is out of date. It answers those who wait for it, and nobody else. */
  forget(id: string): void;
  /** The ids of the states that are being read. */
  ids(): Iterable<string>;
}

interface SharedRead<Entry> {
  entry: Promise<Entry>;
}

/** @param keep makes an entry of the state that was read. `isForgotten` tells that the read was forgotten meanwhile. */
export function createSharedReads<State, Entry>(
  load: (id: string) => Promise<Versioned<State>>,
  keep: (id: string, read: Versioned<State>, isForgotten: boolean) => Entry,
): SharedReads<Entry> {
  const inFlight = new Map<string, SharedRead<Entry>>();

  async function begin(id: string, read: Partial<SharedRead<Entry>>): Promise<Entry> {
    try {
      const loaded = await load(id);
      return keep(id, loaded, inFlight.get(id) !== read);
    } finally {
      if (inFlight.get(id) === read) inFlight.delete(id);
    }
  }

  return {
    has: (id) => inFlight.has(id),
    read: (id) => {
      const known = inFlight.get(id);
      if (known !== undefined) return known.entry;
      const read: Partial<SharedRead<Entry>> = {};
      const entry = begin(id, read);
      inFlight.set(id, Object.assign(read, { entry }));
      return entry;
    },
    forget: (id) => void inFlight.delete(id),
    ids: () => inFlight.keys(),
  };
}

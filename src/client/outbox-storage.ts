import { MAX_OUTBOX_MESSAGES } from './limits.js';

/** The part of `localStorage` and `sessionStorage` that is used. Each call may throw: full, forbidden, gone. */
export interface ChatStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** A waiting message, with everything that is needed to send it again under its id. */
export interface WrittenMessage {
  readonly clientMessageId: string;
  readonly content: string;
  /** In epoch ms, by the clock of the device. */
  readonly writtenAt: number;
  /** Rises with each message that this device writes. */
  readonly order: number;
}

/**
 * The messages of one outbox in a storage, each in a slot of its own. No slot holds more than one message, so two
 * tabs that write at the same time cannot overwrite what the other has added.
 */
export interface OutboxStorage {
  /** Reads the messages from the slots, oldest first. */
  load(): readonly WrittenMessage[];
  /** @returns whether the message is kept. A full or forbidden storage keeps nothing. */
  save(message: WrittenMessage): boolean;
  remove(clientMessageId: string): void;
  /** Whether a message that was saved or loaded is still kept. Another tab may have settled it. */
  has(clientMessageId: string): boolean;
}

export function createOutboxStorage(
  storage: ChatStorage,
  prefix: string,
  random: () => number,
  slots = MAX_OUTBOX_MESSAGES,
): OutboxStorage {
  const slotOf = new Map<string, number>();
  const keyOf = (slot: number): string => `${prefix}:${slot}`;

  function read(slot: number): WrittenMessage | null {
    try {
      const text = storage.getItem(keyOf(slot));
      return text === null ? null : parse(text);
    } catch {
      return null;
    }
  }

  function isFree(slot: number): boolean {
    try {
      return storage.getItem(keyOf(slot)) === null;
    } catch {
      return false;
    }
  }

  return {
    load: () => {
      const found: WrittenMessage[] = [];
      for (let slot = 0; slot < slots; slot += 1) {
        const message = read(slot);
        if (message === null) continue;
        slotOf.set(message.clientMessageId, slot);
        found.push(message);
      }
      return found.sort((a, b) => a.order - b.order);
    },
    save: (message) => {
      // Two tabs that save at the same moment find the same slots free. Chance makes them choose different ones.
      const start = Math.floor(random() * slots);
      for (let step = 0; step < slots; step += 1) {
        const slot = (start + step) % slots;
        if (!isFree(slot)) continue;
        try {
          storage.setItem(keyOf(slot), JSON.stringify(message));
        } catch {
          return false;
        }
        slotOf.set(message.clientMessageId, slot);
        return true;
      }
      return false;
    },
    remove: (clientMessageId) => {
      const slot = slotOf.get(clientMessageId);
      slotOf.delete(clientMessageId);
      if (slot === undefined || read(slot)?.clientMessageId !== clientMessageId) return;
      try {
        storage.removeItem(keyOf(slot));
      } catch {
        // The message stays in the storage and is sent once more some day. The server then answers with the original.
      }
    },
    has: (clientMessageId) => {
      const slot = slotOf.get(clientMessageId);
      if (slot === undefined) return false;
      try {
        const text = storage.getItem(keyOf(slot));
        return text !== null && parse(text)?.clientMessageId === clientMessageId;
      } catch {
        // Nobody can tell. Sending it twice under one id is better than not sending it.
        return true;
      }
    },
  };
}

/** Returns null for text that was not written by this library. */
function parse(text: string): WrittenMessage | null {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return null;
  const { clientMessageId, content, writtenAt, order } = value as Partial<WrittenMessage>;
  if (typeof clientMessageId !== 'string' || clientMessageId === '' || typeof content !== 'string')
    return null;
  if (typeof writtenAt !== 'number' || typeof order !== 'number') return null;
  return { clientMessageId, content, writtenAt, order };
}

export function createMemoryStorage(): ChatStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

import type { ChatStorage } from '../client/index.js';

/** Wraps a storage, and calls `changed` after each write or removal, because unsent messages may have come or gone. */
export function toldOf(storage: ChatStorage, changed: () => void): ChatStorage {
  return {
    getItem: (key) => storage.getItem(key),
    setItem(key, value) {
      storage.setItem(key, value);
      changed();
    },
    removeItem(key) {
      storage.removeItem(key);
      changed();
    },
  };
}

import type { ChatStorage } from '../client/index.js';

/** The same storage, which tells of what is kept there or taken out: unsent messages have come or gone. */
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

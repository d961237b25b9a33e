export type Unsubscribe = () => void;

export interface Emitter<Values extends readonly unknown[]> {
  listen(listener: (...values: Values) => void): Unsubscribe;
  /** Calls every listener, in the order in which they were added. If one throws, `fail` is told, never the caller. */
  emit(...values: Values): void;
  count(): number;
  clear(): void;
}

export function createEmitter<Values extends readonly unknown[]>(
  fail: (error: unknown) => void,
): Emitter<Values> {
  const listeners = new Set<{ readonly listener: (...values: Values) => void }>();
  return {
    listen: (listener) => {
      // The same function may be added twice, and each subscription counts by itself.
      const entry = { listener };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    emit: (...values) => {
      for (const entry of [...listeners]) {
        if (!listeners.has(entry)) continue;
        try {
          entry.listener(...values);
        } catch (error) {
          fail(error);
        }
      }
    },
    count: () => listeners.size,
    clear: () => listeners.clear(),
  };
}

import type { RecordedEvent, StreamVersion } from '../ports/event-store.js';

/** Hears of everything that an inbox may show. Its methods must not throw. */
export interface InboxListener {
  stored(events: readonly RecordedEvent[]): void;
  /** The streams have moved on by events that are not told. */
  moved(streams: readonly StreamVersion[]): void;
  /** Something may have been stored that this process has not heard of. */
  missed(): void;
  /** Somebody has come or gone. */
  presenceChanged(consultationId: string): void;
}

/** Passes on everything that an inbox may show. It costs nothing while nobody watches one. */
export interface InboxNews extends InboxListener {
  /** Sets the one listener, which hears everything from now on; null for none. */
  listen(listener: InboxListener | null): void;
}

export function createInboxNews(): InboxNews {
  let listener: InboxListener | null = null;
  return {
    listen: (next) => {
      listener = next;
    },
    stored: (events) => listener?.stored(events),
    moved: (streams) => listener?.moved(streams),
    missed: () => listener?.missed(),
    presenceChanged: (consultationId) => listener?.presenceChanged(consultationId),
  };
}

import type { RecordedEvent, StreamVersion } from '../ports/event-store.js';

/** Hears of everything that an inbox may show. Must not throw. */
export interface InboxListener {
  stored(events: readonly RecordedEvent[]): void;
  /** The streams have moved on by what was not told. */
  moved(streams: readonly StreamVersion[]): void;
  /** Something may have been stored that was not heard of. */
  missed(): void;
  /** Somebody has come or gone. */
  presenceChanged(consultationId: string): void;
}

/** Where everything passes that inboxes show. It costs nothing while nobody watches one. */
export interface InboxNews extends InboxListener {
  /** One listener, who hears from now on; null for nobody. */
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

import type { RecordedRoom, RecordParts } from './record-view.js';
import type { RoomHost } from './room-host.js';
import type { ReaderState } from './room-view.js';

/** How long it is shown that printing has failed or that copying has worked, in ms. */
const TOLD_MS = 10_000;

/** Shows readers for a while what has become of what they asked for. */
export interface ReaderNews {
  readonly told: ReaderState['told'];
  tell(told: ReaderState['told']): void;
}

export function createReaderNews(host: RoomHost): ReaderNews {
  let told: ReaderState['told'] = null;
  function tell(next: ReaderState['told']): void {
    told = next;
    host.requestUpdate();
    if (next !== null && next !== 'print-loading') setTimeout(() => told === next && tell(null), TOLD_MS);
  }
  return {
    get told() {
      return told;
    },
    tell,
  };
}

/**
 * Prints the whole conversation, or tells why that is impossible.
 *
 * @param roomNow returns the room that is shown, or null if there is none or the reader is not let into it.
 */
export async function printRoom(
  roomNow: () => RecordedRoom | null,
  load: () => Promise<Partial<RecordParts>>,
  news: ReaderNews,
): Promise<void> {
  const room = roomNow();
  if (room === null || news.told === 'print-loading') return;
  news.tell('print-loading');
  const print = (await (await load()).wholeRecord?.(room)) ?? null;
  // Another room may be shown by now, perhaps to another person, who has not asked for this print.
  if (roomNow()?.model !== room.model) return news.tell(null);
  const isOnline = room.model.phase === 'online';
  news.tell(print !== null ? null : isOnline ? 'print-failed' : 'print-offline');
  print?.();
}

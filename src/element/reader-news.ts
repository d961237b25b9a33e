import type { RecordedRoom, RecordParts } from './record-view.js';
import type { RoomHost } from './room-host.js';
import type { ReaderState } from './room-view.js';

/** That printing has failed, or copying has not, is told for so long, ms. */
const TOLD_MS = 10_000;

/** What is told to the reader for a while, of what they have asked for. */
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
 * Prints the whole conversation, and tells why where that cannot be done.
 *
 * @param roomNow the room that is shown; null where there is none, or nobody is let into it.
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
  // Nobody prints what the person before has asked for.
  if (roomNow()?.model !== room.model) return news.tell(null);
  const isOnline = room.model.phase === 'online';
  news.tell(print !== null ? null : isOnline ? 'print-failed' : 'print-offline');
  print?.();
}

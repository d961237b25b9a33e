import type { ChatStorage } from '../client/index.js';
import { createKeptForTab } from '../element/kept.js';
import { attempt } from '../room/attempt.js';
import type { SeenStretch } from '../room/seen-messages.js';

/** What one tab tells the others of a room that it keeps something of; without a room it asks them. */
interface Told {
  /** Whose tab it is: nobody else's counts. */
  readonly person: string;
  /** As `keyOfRoom` has it. */
  readonly room?: string;
  readonly seen?: readonly SeenStretch[];
}

/** What of a room's key comes behind it. */
const SEEN = ':seen';

/**
 * Tabs of one person tell one another what was seen in them, behind something that was skipped. Nothing of it outlives the
 * tabs, as with everything else that they keep.
 *
 * @param learned called when another tab has told something.
 * @returns what ends it.
 */
export function shareSeen(person: string, storage: ChatStorage | null, learned: () => void): () => void {
  const channel = attempt(() => new BroadcastChannel('consultation-chat:seen'));
  if (channel === undefined || storage === null) return () => undefined;
  const say = (told: Omit<Told, 'person'>): void => channel.postMessage({ person, ...told });

  function tellAll(): void {
    for (const key of Object.keys(storage as ChatStorage)) {
      if (!key.endsWith(SEEN)) continue;
      const room = key.slice(0, -SEEN.length);
      say({ room, seen: createKeptForTab(storage, room).seen() });
    }
  }

  channel.onmessage = ({ data }: MessageEvent<Told>) => {
    if (data.person !== person) return;
    if (data.room === undefined) return tellAll();
    const kept = createKeptForTab(storage, data.room);
    const all = [...kept.seen(), ...(data.seen ?? [])];
    kept.keepSeen([...new Map(all.map((one) => [String(one), one])).values()]);
    learned();
  };
  document.addEventListener('seen', tellAll);
  say({});
  return () => {
    document.removeEventListener('seen', tellAll);
    channel.close();
  };
}

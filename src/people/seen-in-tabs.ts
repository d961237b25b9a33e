import type { ChatStorage } from '../client/index.js';
import { createKeptForTab } from '../element/kept.js';
import { attempt } from '../room/attempt.js';
import type { SeenStretch } from '../room/seen-messages.js';

/** What one tab tells the others about a room. A message without a room asks the others to tell what they keep. */
interface Told {
  /** The person whose tab it is. Tabs of other persons are ignored. */
  readonly person: string;
  /** The room's key, as `keyOfRoom` makes it. */
  readonly room?: string;
  readonly seen?: readonly SeenStretch[];
}

/** What follows the room's key in the key of its seen messages. */
const SEEN = ':seen';

/**
 * Tells a person's other tabs which messages were seen in this one after some that were skipped, and listens to them. This is
 * kept only as long as the tabs, like everything else that they keep.
 *
 * @param learned called when another tab has told something.
 * @returns a function that ends it.
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

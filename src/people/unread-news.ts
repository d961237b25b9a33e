import { hasNewUnread, type InboxItem, type InboxState, unreadTotal } from './inbox-list.js';

/** After a new message, further ones are waited for (ms), so that one sentence tells of all of them. */
const GATHERED_MS = 2_000;
/** Between two sentences there is at least this much time (ms), because many patients may write all the time. */
const PAUSE_MS = 30_000;

/**
 * Called with each list.
 *
 * @param stage null while nobody is signed in.
 * @param chosen the consultation whose room is open. It reads out its own new messages, so only those elsewhere are news.
 */
export type UnreadNews = (
  items: readonly InboxItem[],
  stage: InboxState['stage'] | null,
  chosen: string | null,
) => void;

/**
 * Tells how many messages are unread when new ones have come, and not when somebody reads.
 *
 * @param say called with the number.
 */
export function createUnreadNews(say: (count: number) => void): UnreadNews {
  /** The list as it was last live; empty until then, and once nobody is signed in. */
  let before: ReadonlyMap<string, InboxItem> = new Map();
  let latest: readonly InboxItem[] = [];
  let saidAt = Number.NEGATIVE_INFINITY;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  function sayNow(): void {
    saidAt = performance.now();
    waiting = undefined;
    say(unreadTotal(latest));
  }

  return (items, stage, chosen) => {
    latest = items;
    const isNews = (item: InboxItem): boolean =>
      item.consultationId !== chosen && hasNewUnread(item, before.get(item.consultationId));
    if (unreadTotal(items, chosen) === 0) {
      clearTimeout(waiting);
      waiting = undefined;
    } else if (stage === 'live' && items.some(isNews))
      waiting ??= setTimeout(sayNow, Math.max(GATHERED_MS, saidAt + PAUSE_MS - performance.now()));
    if (stage === 'live' || stage === null)
      before = new Map(items.map((item) => [item.consultationId, item]));
  };
}

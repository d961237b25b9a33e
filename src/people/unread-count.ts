import type { Announcer } from '../element/announcer.js';
import type { PeopleTexts } from '../texts/people-texts.js';
import { showUnread } from './icon-badge.js';
import { unreadTotal } from './inbox-list.js';
import type { VisitState } from './people-state.js';

/** After a new message, further ones are waited for (ms), so that one sentence tells of all of them. */
const GATHERED_MS = 2_000;
/** Between two sentences there is at least this much time (ms), because many patients may write all the time. */
const PAUSE_MS = 30_000;

/**
 * Called after each drawing. Shows on the icon how many messages are unread, and reads new ones out to screen readers.
 *
 * @param visit null while nobody is signed in.
 */
export type TellUnread = (visit: VisitState | null, texts: PeopleTexts) => void;

/**
 * The open room reads out its own new messages, so only those elsewhere are news. Nothing is read out when somebody reads a
 * message.
 */
export function createTellUnread(announcer: Announcer): TellUnread {
  /** The list as it was last live; empty until then, and once nobody is signed in. */
  let before: VisitState['inbox']['items'] = [];
  let words = '';
  let saidAt = Number.NEGATIVE_INFINITY;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  function say(): void {
    saidAt = performance.now();
    waiting = undefined;
    announcer.say(words);
  }

  function stop(): void {
    clearTimeout(waiting);
    waiting = undefined;
  }

  return (visit, texts) => {
    const { items = [], stage = null } = visit?.inbox ?? {};
    const count = unreadTotal(items);
    showUnread(count);
    // What is unread in a room that somebody has left is no news, so the list of before is counted without the same room.
    const elsewhere = unreadTotal(items, visit?.chosen);
    const known = unreadTotal(before, visit?.chosen);
    if (elsewhere === 0) stop();
    else if (stage === 'live' && elsewhere > known)
      waiting ??= setTimeout(say, Math.max(GATHERED_MS, saidAt + PAUSE_MS - performance.now()));
    words = texts.say('unread-count', { count });
    if (stage === 'live' || stage === null) before = items;
  };
}

import type { ChatStorage } from '../client/index.js';
import { attempt } from '../room/attempt.js';

/** The tab's storage; null if the page may not have it, as in a frame without an origin. */
export function tabStorage(): ChatStorage | null {
  return attempt(() => sessionStorage) ?? null;
}

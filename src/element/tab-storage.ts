import type { ChatStorage } from '../client/index.js';
import { attempt } from '../room/attempt.js';

/** What the tab keeps, where the page may have any of it: a frame without an origin may not. */
export function tabStorage(): ChatStorage | null {
  return attempt(() => sessionStorage) ?? null;
}

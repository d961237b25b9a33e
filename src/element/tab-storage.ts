import type { ChatStorage } from '../client/index.js';

/** What the tab keeps, where the page may have any of it: a frame without an origin may not. */
export function tabStorage(): ChatStorage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

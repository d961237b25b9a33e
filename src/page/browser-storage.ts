import type { ChatStorage } from '../client/index.js';

/** Unsent messages survive a reload, if the browser lets a page keep anything. */
export function keptByBrowser(): { readonly storage?: ChatStorage } {
  try {
    return { storage: localStorage };
  } catch {
    return {};
  }
}

import { attempt } from '../room/attempt.js';
import { type Unsent, unsentAmong } from './unsent.js';

/** All keys under which the page, the element and the client library keep something in the tab begin with this. */
const PREFIX = 'consultation-chat:';

/** Keeps values in a storage of the browser. If the browser forbids that or has no room, they are lost. */
function keeper(storageOf: () => Storage) {
  return {
    read: (name: string): string | null => attempt(() => storageOf().getItem(PREFIX + name)) ?? null,
    write(name: string, value: string | null): void {
      attempt(() =>
        value === null ? storageOf().removeItem(PREFIX + name) : storageOf().setItem(PREFIX + name, value),
      );
    },
  };
}

/** Kept while the tab is open, because who somebody is must not outlive the tab. */
export const keptForTab = keeper(() => sessionStorage);
/** Kept for the browser: what somebody prefers, but never what they do. */
export const keptForBrowser = keeper(() => localStorage);

/** Forgets drafts, places and unsent messages as well, so that the next person in this tab finds none of them. */
export function forgetTab(): void {
  attempt(() => {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  });
}

/** Tells what was written in this tab and may not have arrived. */
export const unsentInTab = (): Unsent =>
  unsentAmong(attempt(() => Object.entries<string>(sessionStorage)) ?? []);

import { attempt } from '../room/attempt.js';
import { type Unsent, unsentAmong } from './unsent.js';

/** Everything that the page, the element and the client library keep in the tab begins so. */
const PREFIX = 'consultation-chat:';

/** What a browser keeps, where it lets the page have any of it; what cannot be kept is forgotten. */
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

/** For as long as the tab is open: who somebody is must not outlive it. */
export const keptForTab = keeper(() => sessionStorage);
/** For this browser: what somebody prefers, and nothing of what they do. */
export const keptForBrowser = keeper(() => localStorage);

/** Drafts, places and unsent messages too: the next person in this tab finds nothing of them. */
export function forgetTab(): void {
  attempt(() => {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  });
}

/** What was written in this tab and is not known to have arrived. */
export const unsentInTab = (): Unsent =>
  unsentAmong(attempt(() => Object.entries<string>(sessionStorage)) ?? []);

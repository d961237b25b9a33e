import type { TextPart } from './links.js';
import { loadLinks } from './load-links.js';

/** Finds what may be an address of a page or of e-mail, or a telephone number. Most of what people write is none. */
const MAY_BE_LINK = /[\p{L}\p{N}_-][.@][\p{L}\p{N}]|:\/\/|[+0]\d[\d ()\u00A0/.-]{5}/u;

let find: ((text: string) => readonly TextPart[]) | null = null;
let isLoading = false;
const waiting = new Set<() => void>();

/** Whether the code that finds links is loaded by now. */
export function findsLinks(): boolean {
  return find !== null;
}

/**
 * Takes a text apart into plain text and links. The code that finds links is about as much as all that shows a room, so
 * it is loaded with the first message that may have one. Until then the message is plain text.
 */
export function linkedParts(text: string): readonly TextPart[] {
  if (!MAY_BE_LINK.test(text)) return [{ text, href: null }];
  if (find !== null) return find(text);
  void load();
  return [{ text, href: null }];
}

/** Calls the listener once links can be found. @returns a function that stops listening. */
export function onLinksReady(listener: () => void): () => void {
  waiting.add(listener);
  return () => waiting.delete(listener);
}

async function load(): Promise<void> {
  if (isLoading) return;
  isLoading = true;
  try {
    find = (await loadLinks()).partsOf;
    for (const listener of waiting) listener();
  } catch {
    // Without the code, addresses are plain text. The next message that may have one tries again.
    isLoading = false;
  }
}

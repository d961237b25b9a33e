import type { TextPart } from './links.js';
import { loadLinks } from './load-links.js';

/** What may be an address of a page or of e-mail, or a telephone number: most of what people write is none. */
const MAY_BE_LINK = /[\p{L}\p{N}_-][.@][\p{L}\p{N}]|:\/\/|[+0]\d[\d ()\u00A0/.-]{5}/u;

let find: ((text: string) => readonly TextPart[]) | null = null;
let isLoading = false;
const waiting = new Set<() => void>();

/** Whether addresses are links by now. */
export function findsLinks(): boolean {
  return find !== null;
}

/**
 * What finds addresses is about as much code as all that shows a room: it comes with the first message that may have one,
 * which is plain text until then.
 */
export function linkedParts(text: string): readonly TextPart[] {
  if (!MAY_BE_LINK.test(text)) return [{ text, href: null }];
  if (find !== null) return find(text);
  void load();
  return [{ text, href: null }];
}

/** @returns what stops listening. */
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
    // Without it addresses are text, and the next message that has one tries again.
    isLoading = false;
  }
}

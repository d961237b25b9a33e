/** Sentences are taken away again after this long (ms): long read by then, and nobody finds them a second time. */
const KEPT_MS = 15_000;
/** Characters of a message that are read aloud at once; the rest is there to be read. */
const MAX_SPOKEN = 300;

/** Speaks to screen readers, each sentence once. Its element is a polite live region. */
export interface Announcer {
  say(sentence: string): void;
  /** Takes away what is there: nobody may find it beside another conversation. */
  clear(): void;
}

export function createAnnouncer(region: HTMLElement): Announcer {
  return {
    say(sentence) {
      const line = document.createElement('p');
      line.textContent = sentence.length > MAX_SPOKEN ? `${sentence.slice(0, MAX_SPOKEN)}…` : sentence;
      region.append(line);
      setTimeout(() => line.remove(), KEPT_MS);
    },
    clear: () => region.replaceChildren(),
  };
}

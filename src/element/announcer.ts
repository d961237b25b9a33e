/** After this time, in ms, a sentence is taken away. It has been read by then, and nobody finds it a second time. */
const KEPT_MS = 15_000;
/** How many characters of a message are read aloud by themselves. The rest can be read in the conversation. */
const MAX_SPOKEN = 300;

/** Speaks to screen readers, each sentence once. Its element is a polite live region. */
export interface Announcer {
  say(sentence: string): void;
  /** Takes away all sentences, so that nobody finds them beside another conversation. */
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

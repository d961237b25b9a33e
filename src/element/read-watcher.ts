/** Tells which messages somebody could see: none above or below the screen, and none in a hidden tab. */
export interface ReadWatcher {
  /** Begins to watch the ends of messages that were drawn since. @param seenSeq everything up to this was seen. */
  watch(within: ParentNode, seenSeq: number): void;
  /** Whether there are ends of which it is not known yet if they are on the screen. */
  readonly isUndecided: boolean;
  close(): void;
}

/**
 * A message has been on screen once its end has been, in a visible document. Messages that are scrolled out of their
 * list, below the fold of the page around, or behind `display: none` have not.
 *
 * @param seen called with the `seq` of each message that is on screen.
 */
export function createReadWatcher(seen: (seqs: readonly number[]) => void): ReadWatcher {
  const watched = new WeakSet<Element>();
  const undecided = new Set<Element>();
  /** The ends that are on screen now, with the `seq` of each. */
  const onScreen = new Map<Element, number>();

  function report(): void {
    if (document.visibilityState === 'visible') seen([...onScreen.values()]);
  }

  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      undecided.delete(target);
      const seq = Number((target as HTMLElement).dataset['end']);
      if (isIntersecting && seq > 0) onScreen.set(target, seq);
      else onScreen.delete(target);
      if (!target.isConnected) observer.unobserve(target);
    }
    report();
  });
  document.addEventListener('visibilitychange', report);

  return {
    watch(within, seenSeq) {
      for (const end of within.querySelectorAll<HTMLElement>('[data-end]')) {
        if (watched.has(end) || Number(end.dataset['end']) <= seenSeq) continue;
        watched.add(end);
        undecided.add(end);
        observer.observe(end);
      }
    },
    get isUndecided() {
      return undecided.size > 0;
    },
    close() {
      observer.disconnect();
      document.removeEventListener('visibilitychange', report);
    },
  };
}

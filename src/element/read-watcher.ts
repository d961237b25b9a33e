/** Tells what somebody could see: never what lies above or below the screen, or in a tab behind. */
export interface ReadWatcher {
  /** Looks for ends of messages that were drawn since. */
  watch(within: ParentNode, seenSeq: number): void;
  /** Whether it is not known yet of some end whether it is on the screen. */
  readonly isUndecided: boolean;
  close(): void;
}

/**
 * A message has been on screen once its end has, in a document that is visible: scrolled out of its list, below the fold
 * of the page around, or behind `display: none`, it has not.
 *
 * @param seen hears the `seq` of each that is on screen.
 */
export function createReadWatcher(seen: (seqs: readonly number[]) => void): ReadWatcher {
  const watched = new WeakSet<Element>();
  const undecided = new Set<Element>();
  /** On screen now, by their `seq`. */
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

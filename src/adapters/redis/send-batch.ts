/** The most characters that go out at once, unless a single text is longer. */
const MAX_PUBLISH_LENGTH = 1_000_000;

/** Collects the texts that are sent during one turn of the event loop. They go out together, one on each line. */
export interface SendBatch {
  add(text: string): void;
  /** How much is waiting to go out, in characters. */
  length(): number;
  flush(): void;
}

/**
 * @param publish returns whether it has taken the text.
 * @param dropped called with the number of texts that were not taken.
 */
export function createSendBatch(
  publish: (text: string) => boolean,
  dropped: (count: number) => void,
): SendBatch {
  let texts: string[] = [];
  let length = 0;
  let flushing: NodeJS.Immediate | null = null;

  function flush(): void {
    if (flushing !== null) clearImmediate(flushing);
    flushing = null;
    const all = texts;
    texts = [];
    length = 0;
    for (let begin = 0, end = 0; begin < all.length; begin = end) {
      let size = 0;
      do {
        size += all[end]?.length ?? 0;
        end += 1;
      } while (end < all.length && size + (all[end]?.length ?? 0) <= MAX_PUBLISH_LENGTH);
      if (!publish(all.slice(begin, end).join('\n'))) dropped(end - begin);
    }
  }

  return {
    add: (text) => {
      texts.push(text);
      length += text.length;
      flushing ??= setImmediate(flush);
    },
    length: () => length,
    flush,
  };
}

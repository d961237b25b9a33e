/** What goes out at once at most, in characters, unless a single text is longer. */
const MAX_PUBLISH_LENGTH = 1_000_000;

/** Texts that are sent during one turn of the event loop: they go out together, one a line. */
export interface SendBatch {
  add(text: string): void;
  /** In characters. */
  length(): number;
  flush(): void;
}

/**
 * @param publish answers whether it took the text.
 * @param dropped is told how many texts went nowhere.
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

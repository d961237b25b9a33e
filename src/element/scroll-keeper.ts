import type { ReadingPlace } from './kept.js';

/** Within this distance of the end (CSS px) the reader counts as being there. */
const NEAR_END_PX = 80;
/** Earlier messages are asked for this early (CSS px), so that they are there before the reader is. */
const NEAR_START_PX = 600;

/** Frames in which the place of a message is looked at again. */
const LOOKS = 4;

export interface ScrollKeeper {
  /** Whether the reader is at the end, and stays there whatever grows or shrinks. */
  readonly follows: boolean;
  /** Before anything is drawn: remembers where the reader is. */
  before(): void;
  /** After it was drawn: puts the reader back there, whatever came in above. */
  after(): void;
  toEnd(): void;
  /** Shows the element at the top; `offset` in CSS px below it. */
  show(target: Element, offset: number): void;
  /** The first message on screen; null at the end. */
  place(): ReadingPlace | null;
  close(): void;
}

export interface ScrollListener {
  /** The reader has moved, or everything around has. */
  moved(): void;
  nearStart(): void;
}

/** Holds the list of messages where the reader wants it. `stream` scrolls, `content` is what lies in it. */
export function createScrollKeeper(
  stream: HTMLElement,
  content: HTMLElement,
  listener: ScrollListener,
): ScrollKeeper {
  let follows = true;
  /** Where the list was when it was last looked at. */
  let lastTop = stream.scrollTop;
  let anchor: { readonly element: Element; readonly top: number } | null = null;

  const isAtEnd = (): boolean => stream.scrollHeight - stream.scrollTop - stream.clientHeight < NEAR_END_PX;

  function toEnd(): void {
    follows = true;
    stream.scrollTop = stream.scrollHeight;
    lastTop = stream.scrollTop;
  }

  /** The event of a scroll comes a frame later: whoever has just scrolled away must not be brought back meanwhile. */
  function notice(): void {
    if (Math.abs(stream.scrollTop - lastTop) > 1) follows = isAtEnd();
    lastTop = stream.scrollTop;
  }

  /**
   * The message at the top of what is on screen: between messages there may be gaps of a few pixels. Where somebody has
   * just jumped to, none is drawn yet: then it is the block that it will be in.
   */
  function topMessage(): Element | null {
    const { left, top, width, height } = stream.getBoundingClientRect();
    const root = stream.getRootNode() as ShadowRoot;
    for (const down of [4, 20, 44, 80, height / 2]) {
      for (const across of [0.5, 0.2, 0.8]) {
        const found = root
          .elementFromPoint?.(left + width * across, top + down)
          ?.closest('[data-seq], .block');
        if (found != null) return found;
      }
    }
    return null;
  }

  function scrolled(): void {
    follows = isAtEnd();
    lastTop = stream.scrollTop;
    if (stream.scrollTop < NEAR_START_PX) listener.nearStart();
    listener.moved();
  }

  stream.addEventListener('scroll', scrolled, { passive: true });
  const resized = new ResizeObserver(() => {
    notice();
    if (follows) toEnd();
    else if (stream.scrollHeight <= stream.clientHeight + NEAR_START_PX) listener.nearStart();
  });
  resized.observe(stream);
  resized.observe(content);

  return {
    get follows() {
      return follows;
    },
    before() {
      notice();
      const element = follows ? null : topMessage();
      anchor = element === null ? null : { element, top: element.getBoundingClientRect().top };
    },
    after() {
      if (follows) return toEnd();
      if (anchor === null || !anchor.element.isConnected) return;
      // The browser's own anchoring does nothing at the very top, and must not do the same a second time.
      stream.style.overflowAnchor = 'none';
      stream.scrollTop += anchor.element.getBoundingClientRect().top - anchor.top;
      lastTop = stream.scrollTop;
      requestAnimationFrame(() => {
        stream.style.overflowAnchor = '';
      });
    },
    toEnd,
    show(target, offset) {
      follows = false;
      const look = (looksLeft: number): void => {
        const wrong = target.getBoundingClientRect().top - stream.getBoundingClientRect().top - offset;
        stream.scrollTop += wrong;
        lastTop = stream.scrollTop;
        // Blocks that were never drawn have guessed heights, until the next frame has drawn them.
        if (looksLeft > 0) requestAnimationFrame(() => look(looksLeft - 1));
        else if (isAtEnd()) {
          // So near the end, the last message is on the screen as a whole, or somebody would find it cut off.
          toEnd();
          scrolled();
        } else scrolled();
      };
      look(LOOKS);
    },
    place() {
      notice();
      const top = follows ? null : topMessage();
      if (top === null) return null;
      const message = top.matches('[data-seq]') ? top : top.querySelector('[data-seq]');
      const seq = Number((message as HTMLElement | null)?.dataset['seq']);
      return { seq, offset: top.getBoundingClientRect().top - stream.getBoundingClientRect().top };
    },
    close: () => {
      stream.removeEventListener('scroll', scrolled);
      resized.disconnect();
    },
  };
}

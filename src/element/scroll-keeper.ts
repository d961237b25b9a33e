import type { ReadingPlace } from './kept.js';
import { createListPosition } from './list-position.js';

/** Earlier messages are asked for so near the start (CSS px) that they are there before the reader is. */
const NEAR_START_PX = 600;

/** How far below the top an element is placed when it is scrolled to, in CSS px. */
const BELOW_TOP_PX = 48;
/** In how many frames the place of a message is looked at again. */
const LOOKS = 4;

export interface ScrollKeeper {
  readonly stream: Element;
  /** Whether the reader is at the end, and stays there whatever grows or shrinks. */
  readonly follows: boolean;
  /**
   * Called before anything is drawn. Remembers where the reader is.
   *
   * @param isNewDrawn whether the first new message has been drawn before.
   */
  before(isNewDrawn: boolean): void;
  /**
   * Called after it was drawn. Puts the reader back there, whatever came in above. Whoever was at the end, and misses more
   * messages than fit on the screen, finds the first of them.
   */
  after(): void;
  toEnd(): void;
  /**
   * Shows the element `offset` CSS px below the top, or a little below it. Near the end it shows the end, unless the place
   * has to be exact. It stops if the reader scrolls meanwhile.
   */
  show(target: Element, offset?: number, isExact?: boolean): void;
  /** The first message on screen, or at the end the last one; null if there is none. */
  place(): ReadingPlace | null;
  close(): void;
}

export interface ScrollListener {
  /** The reader has moved, or everything around the reader has. */
  moved(): void;
  nearStart(): void;
}

/**
 * Finds the message at the top of what is on screen, at several points, because messages may have gaps of a few pixels
 * between them. Where somebody has just jumped to, no message is drawn yet; then it finds the block that the message
 * will be in. If the line that says what is new is on screen, it is the first new message, which stays in its place
 * when that line goes.
 */
function topMessage(stream: HTMLElement): Element | null {
  const { left, top, width, height } = stream.getBoundingClientRect();
  const divider = stream.querySelector('[data-new]');
  const below = (divider?.getBoundingClientRect().bottom ?? 0) - top;
  if (below > 0 && below < height) return divider?.nextElementSibling ?? null;
  const root = stream.getRootNode() as ShadowRoot;
  let block: Element | null = null;
  for (const down of [4, 20, 44, 80, height / 2]) {
    for (const across of [0.5, 0.2, 0.8]) {
      const found = root.elementFromPoint?.(left + width * across, top + down)?.closest('[data-seq], .block');
      if (found?.matches('[data-seq]')) return found;
      block ??= found ?? null;
    }
  }
  return block;
}

const seqOf = (message: Element | null | undefined): number =>
  Number((message as HTMLElement | null | undefined)?.dataset['seq']);

/** An element that stays `offset` CSS px below the top until the reader moves; `move` is the reader's last one. */
interface Anchor {
  readonly element: Element;
  readonly offset: number;
  readonly move: number;
}

/** Holds the list of messages where the reader wants it. `stream` scrolls, `content` is what lies in it. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: what moves a list and what holds it, put side by side over one state.
export function createScrollKeeper(
  stream: HTMLElement,
  content: HTMLElement,
  listener: ScrollListener,
): ScrollKeeper {
  const at = createListPosition(stream);
  /** What stays in its place through a drawing. */
  let anchor: Anchor | null = null;
  /** The anchor that also stays there in the frames to come; null if there is none. */
  let held: Anchor | null = null;
  /** Whether the line that says what is new may leave the screen, because somebody sees that, or it has done so before. */
  let mayPass = false;

  const offsetOf = (element: Element): number =>
    element.getBoundingClientRect().top - stream.getBoundingClientRect().top;

  function newsAbove(): Element | null {
    const line = stream.querySelector('[data-new]');
    return line !== null && offsetOf(line) < 0 ? line : null;
  }

  const stays = ({ element, move }: Anchor): boolean => move === at.moves && element.isConnected;

  function adjust({ element, offset }: Anchor): void {
    at.scrollTo(stream.scrollTop + offsetOf(element) - offset);
  }

  function settle(block: HTMLElement | null, isDrawn: boolean): void {
    stream.style.overflowAnchor = held === null ? '' : 'none';
    if (block !== null) block.style.contentVisibility = isDrawn ? 'visible' : '';
  }

  /**
   * Keeps an element in its place for a few frames, because blocks that were never drawn have guessed heights until the next
   * frame has drawn them.
   *
   * @param done called afterwards, unless the reader has moved.
   */
  function hold(own: Anchor, done?: () => void): void {
    anchor = own;
    held = own;
    // A message in a block that is not drawn may lie below the block's guessed height. So the block is drawn.
    const block = own.element.closest<HTMLElement>('.block');
    const look = (looksLeft: number): void => {
      at.notice();
      const isStill = held === own && stays(own);
      const goesOn = isStill && looksLeft > 0;
      if (held === own && !goesOn) held = null;
      settle(block, goesOn);
      if (!isStill) return;
      adjust(own);
      if (goesOn) requestAnimationFrame(() => look(looksLeft - 1));
      else done?.();
    };
    look(LOOKS);
  }

  function show(element: Element, offset = BELOW_TOP_PX, isExact = false): void {
    hold({ element, offset, move: at.leaveEnd() }, () => {
      // So near the end, the last message is shown as a whole, because somebody would find it cut off otherwise.
      if (!isExact && at.isAtEnd()) at.toEnd();
      scrolled();
    });
  }

  function scrolled(): void {
    at.settle();
    if (stream.scrollTop < NEAR_START_PX) listener.nearStart();
    listener.moved();
  }

  stream.addEventListener('scroll', scrolled, { passive: true });
  const resized = new ResizeObserver(() => {
    at.notice();
    if (at.hasLeftEnd()) at.toEnd();
    // What has just got its height must not move the rest for even a frame.
    else if (held !== null && stays(held)) adjust(held);
    at.look();
    // By now, the message that somebody has jumped to is drawn.
    if (held === null) listener.moved();
    if (!at.follows && stream.scrollHeight <= stream.clientHeight + NEAR_START_PX) listener.nearStart();
  });
  resized.observe(stream);
  resized.observe(content);

  return {
    stream,
    get follows() {
      return at.follows;
    },
    before(isNewDrawn) {
      at.notice();
      at.look();
      mayPass = isNewDrawn && (!document.hidden || newsAbove() !== null);
      if (held !== null && stays(held)) return;
      const message = at.wasAtVeryEnd() ? null : topMessage(stream);
      // The name above what somebody has said comes and goes with the message before it.
      const element = message?.querySelector(':scope > .bubble') ?? message;
      anchor = element === null ? null : { element, offset: offsetOf(element), move: at.moves };
    },
    after() {
      if (at.hasLeftEnd()) {
        at.toEnd();
        const missed = mayPass ? null : newsAbove();
        if (missed !== null) show(missed);
      } else if (anchor !== null && stays(anchor)) {
        // The browser's own anchoring does nothing at the very top, and elsewhere must not do the same a second time.
        if (anchor === held) adjust(anchor);
        else hold(anchor);
      }
    },
    toEnd: at.toEnd,
    show,
    place() {
      at.notice();
      if (at.wasAtVeryEnd()) {
        const seq = seqOf([...stream.querySelectorAll('.block--last [data-seq]')].at(-1));
        return seq > 0 ? { seq, offset: null } : null;
      }
      const top = topMessage(stream);
      if (top === null) return null;
      const seq = seqOf(top.matches('[data-seq]') ? top : top.querySelector('[data-seq]'));
      return { seq, offset: offsetOf(top) };
    },
    close: () => {
      stream.removeEventListener('scroll', scrolled);
      resized.disconnect();
    },
  };
}

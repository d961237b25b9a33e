/** Within this distance of the end (CSS px) the reader counts as being there. */
const NEAR_END_PX = 80;

/** Where a list stands that scrolls, and how it was when it was last looked at. */
export interface ListPosition {
  /** Whether the reader is at the end, and stays there whatever grows or shrinks. */
  readonly follows: boolean;
  /** Grows with each move that was not made by `scrollTo`, so that the reader wins over whoever is on the way to a place. */
  readonly moves: number;
  isAtEnd(): boolean;
  wasAtVeryEnd(): boolean;
  /** Whether the end has moved away from somebody who follows it, by news or by a keyboard. Nothing else moves anybody. */
  hasLeftEnd(): boolean;
  /** The event of a scroll comes a frame later: whoever has just scrolled away must not be brought back meanwhile. */
  notice(): void;
  /** Remembers how high all of it is, and how much of it shows. */
  look(): void;
  /** Both, after a scroll: who has come to the end follows it. */
  settle(): void;
  scrollTo(top: number): void;
  toEnd(): void;
  /** @returns the move that this is. */
  leaveEnd(): number;
}

export function createListPosition(list: HTMLElement): ListPosition {
  let follows = true;
  let moves = 0;
  let lastTop = list.scrollTop;
  let last = heights();

  function heights(): { readonly all: number; readonly shown: number } {
    return { all: list.scrollHeight, shown: list.clientHeight };
  }

  const isAtEnd = (): boolean => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
  const wasAtVeryEnd = (): boolean => follows && lastTop + last.shown > last.all - 2;
  const look = (): void => {
    last = heights();
  };

  function notice(): void {
    const { all, shown } = heights();
    // A list that has become shorter has moved by itself.
    if (Math.abs(list.scrollTop - Math.min(lastTop, all - shown)) > 1) {
      follows = isAtEnd();
      moves += 1;
    }
    lastTop = list.scrollTop;
  }

  function scrollTo(top: number): void {
    list.scrollTop = top;
    lastTop = list.scrollTop;
    look();
  }

  return {
    get follows() {
      return follows;
    },
    get moves() {
      return moves;
    },
    isAtEnd,
    wasAtVeryEnd,
    hasLeftEnd() {
      const { all, shown } = heights();
      return wasAtVeryEnd() || (follows && (all > last.all || shown < last.shown));
    },
    notice,
    look,
    settle() {
      notice();
      follows = isAtEnd();
      look();
    },
    scrollTo,
    toEnd() {
      follows = true;
      moves += 1;
      scrollTo(list.scrollHeight);
    },
    leaveEnd() {
      notice();
      follows = false;
      moves += 1;
      return moves;
    },
  };
}

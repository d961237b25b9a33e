/** Within this distance of the end (CSS px) the reader counts as being there. */
const NEAR_END_PX = 80;

/** The position of a list that scrolls, and how the list was when it was last looked at. */
export interface ListPosition {
  /** Whether the reader is at the end, and stays there whatever grows or shrinks. */
  readonly follows: boolean;
  /** Counts the moves that `scrollTo` has not made, so that the reader wins over code that is on its way to a place. */
  readonly moves: number;
  isAtEnd(): boolean;
  wasAtVeryEnd(): boolean;
  /** Whether new messages or a keyboard have moved the end away from a reader who follows it. Nobody else is moved. */
  hasLeftEnd(): boolean;
  /** Notices a scroll before its event, which comes a frame later, so that nobody who scrolls away is brought back. */
  notice(): void;
  /** Remembers how high the list is, and how much of it shows. */
  look(): void;
  /** Does both after a scroll. Whoever has come to the end follows it from then on. */
  settle(): void;
  scrollTo(top: number): void;
  toEnd(): void;
  /** @returns the number of this move in `moves`. */
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

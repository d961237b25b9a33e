/** Keeps the focus in the room: when what has it goes, something else in the room gets it. */
export interface FocusKeeper {
  /** Whether the focus was in what one writes with, or in what says why nobody can, before the last drawing. */
  readonly wasInFoot: boolean;
  /** Before anything is drawn. */
  before(): void;
  /** After it was drawn. */
  after(): void;
}

/** @param root of the room. */
export function createFocusKeeper(root: ShadowRoot): FocusKeeper {
  let focused: Element | null = null;
  /** What one writes with, or what says why nobody can, if the focus is in there. */
  let foot: Element | null = null;
  return {
    get wasInFoot() {
      return foot !== null;
    },
    before() {
      focused = root.activeElement;
      foot = focused?.closest('.composer, .closed') ?? null;
    },
    after() {
      if (focused?.isConnected !== false) return;
      const next =
        foot === null
          ? root.querySelector<HTMLElement>('.stream')
          : (root.querySelector('textarea') ?? root.querySelector<HTMLElement>('.closed'));
      next?.focus({ preventScroll: true });
    },
  };
}

/** Nobody is thrown out of the room by what goes: what had the focus hands it on. */
export interface FocusKeeper {
  /** Before anything is drawn. */
  before(): void;
  /** After it was drawn. */
  after(): void;
}

/** @param root of the room. */
export function createFocusKeeper(root: ShadowRoot): FocusKeeper {
  let focused: Element | null = null;
  /** The same, where it is in what one writes with. */
  let foot: Element | null = null;
  return {
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

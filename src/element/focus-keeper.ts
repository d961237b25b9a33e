/** Keeps the focus in the room. If the thing with the focus goes away, something else in the room gets it. */
export interface FocusKeeper {
  /** Whether the focus was in the composer, or in the notice that nobody can write, before the last drawing. */
  readonly wasInFoot: boolean;
  /** Called before each drawing. */
  before(): void;
  /** Called after each drawing. */
  after(): void;
}

/** @param root the root that the room is drawn in. */
export function createFocusKeeper(root: ShadowRoot): FocusKeeper {
  let focused: Element | null = null;
  /** The composer, or the notice that nobody can write, if the focus is in it. */
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

/** Items in one page; the caller asks for the rest with the next page. */
export const MAX_PAGE_ITEMS = 200;

/** Options of every command that comes from outside. */
export interface CommandOptions {
  /**
   * Makes a repeat safe: a command with this key, by the same caller on the same thing, is carried out once. A repeat
   * is answered with the present state; a different command under the same key is refused with `idempotency.conflict`.
   * Any text.
   */
  readonly idempotencyKey: string | null;
  /** The version that the caller has seen; another one refuses with `precondition.failed`. null: any. */
  readonly ifVersion: number | null;
}

/** The options of a caller who gives none. */
export const NO_OPTIONS: CommandOptions = { idempotencyKey: null, ifVersion: null };

export interface Answer<Value> {
  readonly outcome: 'done';
  readonly value: Value;
  /** The version of the stream that the value is folded from; it grows with every event. */
  readonly version: number;
}

export interface PageRequest {
  /** The `next` of the page before; null for the first one. */
  readonly after: string | null;
  /** 1 to `MAX_PAGE_ITEMS`. */
  readonly limit: number;
}

export interface PageOf<Value> {
  readonly outcome: 'page';
  readonly items: readonly { readonly value: Value; readonly version: number }[];
  /** null on the last page. */
  readonly next: string | null;
}

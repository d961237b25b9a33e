/** Things in one answer; the caller asks again for what is left. */
export const MAX_PAGE_ITEMS = 200;

/** Options of every command that comes from outside. */
export interface CommandOptions {
  /**
   * Makes a repeat safe: the same key by the same caller on the same thing is done once, and a repeat is answered with
   * how it stands by then; something else under it is refused with `idempotency.conflict`. Any text.
   */
  readonly idempotencyKey: string | null;
  /** The version that the caller has seen; another one refuses with `precondition.failed`. null: any. */
  readonly ifVersion: number | null;
}

/** What holds where a caller asks for nothing special. */
export const NO_OPTIONS: CommandOptions = { idempotencyKey: null, ifVersion: null };

export interface Answer<Value> {
  readonly outcome: 'done';
  readonly value: Value;
  /** Of the stream that the value is folded from; it grows with every event. */
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

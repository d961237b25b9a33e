/** Items in one page; the caller asks for the rest with the next page. */
export const MAX_PAGE_ITEMS = 200;
/** The reason with which an unreadable `after` is refused. */
export const MUST_BE_A_CURSOR = 'must be a nextCursor of this list';

/** Options of every command that comes from outside. */
export interface CommandOptions {
  /**
   * Makes a repeat safe: a command with this key, by the same caller on the same thing, is carried out once. A repeat
   * is answered with the present state; a different command under the same key is refused with `idempotency.conflict`.
   * Any text.
   */
  readonly idempotencyKey: string | null;
  /**
   * The version that the caller has seen. At any other version, the command is refused with `precondition.failed`.
   * null accepts any version, and a thing that does not exist yet.
   */
  readonly ifVersion: VersionCondition | null;
}

/** One version, one of several, or any version of an existing thing. Version 0 stands for a thing that does not exist. */
export type VersionCondition = number | readonly number[] | 'existing';

/** The options of a caller who gives none. */
export const NO_OPTIONS: CommandOptions = { idempotencyKey: null, ifVersion: null };

export interface Answer<Value> {
  readonly outcome: 'done';
  readonly value: Value;
  /** The version of the stream that the value is folded from; it grows with every event. */
  readonly version: number;
}

/** The answer to what makes a thing or changes it. */
export interface Put<Value> extends Answer<Value> {
  /** Whether it was made now. */
  readonly isNew: boolean;
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

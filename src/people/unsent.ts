/** What was written in a tab and is not known to have arrived, in whatever conversation. */
export interface Unsent {
  /** Drafts and refused messages: they have not been sent. */
  readonly isLeft: boolean;
  /** Messages without a confirmation: they may have arrived, or not have been sent at all. */
  readonly isUnconfirmed: boolean;
}

/** By their keys in the tab's storage. @param kept everything that the tab keeps. */
export function unsentAmong(kept: readonly (readonly [key: string, text: string])[]): Unsent {
  const has = (keys: RegExp): boolean => kept.some(([key, text]) => keys.test(key) && text.trim() !== '');
  return {
    isLeft: has(/^consultation-chat:.+:(draft|failures)$/),
    isUnconfirmed: has(/^consultation-chat:.+:(user|doctor):\d+$/),
  };
}

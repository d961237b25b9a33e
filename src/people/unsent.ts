/** Tells whether a tab holds something that was written in any conversation and may not have arrived. */
export interface Unsent {
  /** Whether there are drafts or refused messages, which have not been sent. */
  readonly isLeft: boolean;
  /** Whether there are messages without a confirmation, which may have arrived or never have been sent. */
  readonly isUnconfirmed: boolean;
}

/** Finds what is unsent by its keys in the tab's storage. @param kept everything that the tab keeps. */
export function unsentAmong(kept: readonly (readonly [key: string, text: string])[]): Unsent {
  const has = (keys: RegExp): boolean => kept.some(([key, text]) => keys.test(key) && text.trim() !== '');
  return {
    isLeft: has(/^consultation-chat:.+:(draft|failures)$/),
    isUnconfirmed: has(/^consultation-chat:.+:(user|doctor):\d+$/),
  };
}

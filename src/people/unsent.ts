/** Drafts, refused messages and those that wait, by their keys in the tab's storage. */
const UNSENT = /^consultation-chat:.+:(draft|failures|(user|doctor):\d+)$/;

/** Whether something was written and not sent, in whatever conversation. @param kept everything that the tab keeps. */
export function hasUnsent(kept: readonly (readonly [key: string, text: string])[]): boolean {
  return kept.some(([key, text]) => UNSENT.test(key) && text.trim() !== '');
}

import { attempt } from '../room/attempt.js';

/** Drafts, refused messages and those that wait, by their keys in the tab's storage. */
const UNSENT = /^consultation-chat:.+:(draft|failures|(user|doctor):\d+)$/;

/** Whether the tab keeps something that was written and not sent, in whatever conversation. */
export function hasUnsent(): boolean {
  const isUnsent = ([key, text]: [string, string]): boolean => UNSENT.test(key) && text.trim() !== '';
  return attempt(() => Object.entries<string>(sessionStorage).some(isUnsent)) === true;
}

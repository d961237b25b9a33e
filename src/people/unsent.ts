import { attempt } from '../room/attempt.js';

/** Drafts, refused messages and those that wait, by their keys in the tab's storage. */
const UNSENT = /^consultation-chat:.+:(draft|failures|(user|doctor):\d+)$/;

/** Of what this tab keeps. */
export const hasUnsentInTab = (): boolean =>
  hasUnsent(attempt(() => Object.entries<string>(sessionStorage)) ?? []);

/** Whether something was written and not sent, in whatever conversation. @param kept everything that the tab keeps. */
export function hasUnsent(kept: readonly (readonly [key: string, text: string])[]): boolean {
  return kept.some(([key, text]) => UNSENT.test(key) && text.trim() !== '');
}

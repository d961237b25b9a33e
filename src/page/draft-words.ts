import { stateOfDraft } from '../room/draft.js';

export interface DraftWords {
  readonly sendable: boolean;
  /** The text of the counter; empty while plenty of characters are left. */
  readonly counter: string;
  readonly tooLong: boolean;
}

export function describeDraft(text: string): DraftWords {
  const { sendable, left, isNearlyFull } = stateOfDraft(text);
  const count = Math.abs(left);
  const characters = `${count.toLocaleString('en')} ${count === 1 ? 'character' : 'characters'}`;
  if (left < 0) return { sendable, tooLong: true, counter: `${characters} too long` };
  return { sendable, tooLong: false, counter: isNearlyFull ? `${characters} left` : '' };
}

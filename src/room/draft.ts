/** Longest message the server takes: Unicode code points after trimming. */
export const maxMessageLength = 4_000;
/** A character that shows something. The server has the same in `domain/visible-text.ts`, and a test compares both. */
const VISIBLE =
  /[^\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\uFFF9-\uFFFC\u{13441}\u{13442}\u{16FE4}\u{1D159}]/u;
/** From this length on, people are told how many characters are left. */
const countedFrom = 3_600;

export interface DraftState {
  readonly sendable: boolean;
  /** How many characters still fit; negative if the draft is too long. */
  readonly left: number;
  /** Whether so few characters are left that it should be told. */
  readonly isNearlyFull: boolean;
}

/** Counts as the server does, so an emoji is one character or a few, never a surrogate pair. */
export function messageLength(text: string): number {
  let length = 0;
  for (const _codePoint of text.trim()) length += 1;
  return length;
}

export function stateOfDraft(text: string): DraftState {
  const length = messageLength(text);
  const left = maxMessageLength - length;
  return { sendable: left >= 0 && VISIBLE.test(text), left, isNearlyFull: length >= countedFrom };
}

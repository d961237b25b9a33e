/** Longest message the server takes: Unicode code points after trimming. */
export const maxMessageLength = 4_000;
/** A character that shows something, as the server has it in `domain/visible-text.ts`; a test holds them together. */
const VISIBLE =
  /[^\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\uFFF9-\uFFFC\u{13441}\u{13442}\u{16FE4}\u{1D159}]/u;
/** From here on the counter shows. */
const counterShownFrom = 3_600;

export interface DraftState {
  readonly sendable: boolean;
  /** What the counter says; empty while there is plenty of room. */
  readonly counter: string;
  readonly tooLong: boolean;
}

/** Counts as the server does, so an emoji is one character or a few, never a surrogate pair. */
export function messageLength(text: string): number {
  let length = 0;
  for (const _codePoint of text.trim()) length += 1;
  return length;
}

export function describeDraft(text: string): DraftState {
  const length = messageLength(text);
  const left = maxMessageLength - length;
  if (left < 0) {
    const over = (-left).toLocaleString('en');
    return {
      sendable: false,
      tooLong: true,
      counter: `${over} ${-left === 1 ? 'character' : 'characters'} too long`,
    };
  }
  const counter =
    length < counterShownFrom
      ? ''
      : `${left.toLocaleString('en')} ${left === 1 ? 'character' : 'characters'} left`;
  return { sendable: VISIBLE.test(text), tooLong: false, counter };
}

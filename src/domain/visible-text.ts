/**
 * A character that shows something. These show nothing: white space, controls, everything that Unicode lets fonts
 * ignore (zero-width characters, marks of direction, variation selectors, tags, the Hangul fillers), noncharacters,
 * and a few characters that are drawn blank (Braille without a dot, a null notehead, the fillers of Egyptian and
 * Khitan, anchors of annotations and objects).
 */
const VISIBLE =
  /[^\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\uFFF9-\uFFFC\u{13441}\u{13442}\u{16FE4}\u{1D159}]/u;

/** Whether a text shows nothing. A combining mark shows something, and so does a lone surrogate. */
export function isBlank(text: string): boolean {
  return !VISIBLE.test(text);
}

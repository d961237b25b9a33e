/** Ids of numbers and hyphens are included, because among Arabic letters their numbers would change places. */
const LEFT_TO_RIGHT =
  /\d-|[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Kana}\p{Script=Hangul}]/u;
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_DIRECTIONAL_ISOLATE = '\u2069';

/**
 * Keeps a text that runs the other way, such as a Latin name in an Arabic sentence, from pulling its neighbours along
 * (Unicode bidirectional algorithm, isolates). A text of the sentence's own direction stays as it is, so that it can be
 * searched for, copied and read aloud without characters that nobody sees.
 */
export function isolated(text: string, direction: 'ltr' | 'rtl'): string {
  const other = direction === 'ltr' ? RIGHT_TO_LEFT : LEFT_TO_RIGHT;
  return other.test(text) ? `${FIRST_STRONG_ISOLATE}${text}${POP_DIRECTIONAL_ISOLATE}` : text;
}

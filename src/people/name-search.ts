/** Letters that Unicode does not decompose, and how people type them without such a key or spell the same name elsewhere. */
const TYPED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ð: 'd',
  đ: 'd',
  ħ: 'h',
  ı: 'i',
  ł: 'l',
  ŧ: 't',
  ς: 'σ',
  ٱ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ک: 'ك',
  ة: 'ه',
};

/** Marks a letter that is also written with an e or an a after it, such as `ue` for `ü` and `aa` for `å`. */
const MORE = '~';

/** Removes case, accents, apostrophes, hyphens, and everything else that does not distinguish names. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/ø/g, 'o\u0308')
    .replace(/([aou])\u0308|(a)\u030a/g, `$1$2${MORE}`)
    .replace(/[^\p{L}\p{N}\s~]|\p{Lm}/gu, '')
    .replace(/[^a-z\s]/g, (letter) => TYPED[letter] ?? letter);

/** A pattern for each letter of a word, which matches every way in which a name may have it. */
const patternsOf = (word: string): readonly string[] =>
  [...word].map((letter) =>
    letter === MORE ? '[ae~]?' : `${/[ae]/.test(letter) ? `[${letter}${MORE}]` : letter}${MORE}?`,
  );

/**
 * Returns a function that tells whether a name has every word of a search, in any order. A word may be in the middle of
 * another one (`lind` in `Berglind`), or be several words of the name without their spaces (`vanderberg` is `van der Berg`).
 */
export function createNameSearch(search: string): (name: string) => boolean {
  const words = plain(search).split(/\s+/).filter(Boolean);
  const patterns = words.map((word) => {
    const letters = patternsOf(word);
    return new RegExp(`${letters.join('')}|(^|\\s)${letters.join('\\s*')}`, 'u');
  });
  return (name) => {
    const found = plain(name);
    return patterns.every((pattern) => pattern.test(found));
  };
}

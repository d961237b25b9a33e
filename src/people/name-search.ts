/** Letters that Unicode does not take apart, as people type them who do not have them, or as others write the same name. */
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

/** Stands behind a letter that is also written with an e or an a behind it: `ü` as `ue`, `å` as `aa`. */
const MORE = '~';

/** Without case, accents, apostrophes, hyphens, and whatever else does not tell one name from another. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/ø/g, 'o\u0308')
    .replace(/([aou])\u0308|(a)\u030a/g, `$1$2${MORE}`)
    .replace(/[^\p{L}\p{N}\s~]|\p{Lm}/gu, '')
    .replace(/[^a-z\s]/g, (letter) => TYPED[letter] ?? letter);

/** Each letter of a word as it may stand in a name. */
const patternsOf = (word: string): readonly string[] =>
  [...word].map((letter) =>
    letter === MORE ? '[ae~]?' : `${/[ae]/.test(letter) ? `[${letter}${MORE}]` : letter}${MORE}?`,
  );

/**
 * Whether a name has every word of a search, in any order. A word may stand in the middle of another one (`lind` in
 * `Berglind`), and run over several that begin with it (`vanderberg` is `van der Berg`).
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

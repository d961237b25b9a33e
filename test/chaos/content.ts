import type { Random } from './random.js';

const WORDS = [
  'pain',
  'since',
  'Tuesday',
  'dose',
  'naïve',
  'Grüße',
  'заметно',
  '頭痛',
  'שלום',
  'مرحبا',
  '🩺',
  '👩🏽‍⚕️',
];
/** What is easily mangled: joined emoji, right-to-left, combining marks, both normal forms, quotes, control characters. */
const ODDITIES = [
  '👨‍👩‍👧‍👦🏳️‍🌈',
  '\u202eright to left\u202c مرحبا بالعالم',
  'line one\nline two\r\n\ttabbed',
  'e\u0301 is not \u00e9, \ufb01 is not fi',
  `"quoted" 'single' \`tick\` \\ back \\u0000 $1 %s \${x} <b>&amp;</b>`,
  '\u0001\u0007\u001b[31m\u2028\u2029\ufeff\u200b',
  '𝕬𝖘𝖙𝖗𝖆𝖑 \u{10ffff}',
  "'; DROP TABLE messages; --",
];
/** Code points, as the server counts them. */
const LONGEST = 4_000;

/** Text that nobody else sends: it begins with `name`. No white space at its ends, which the server would trim. */
export function createContent(random: Random, name: string): string {
  const kind = random.next();
  if (kind < 0.05) return fill(`${name} `, random.pick(['x', '頭', '🩺']));
  if (kind < 0.35) return `${name} ${random.pick(ODDITIES)}.`;
  const words = Array.from({ length: random.whole(1, 12) }, () => random.pick(WORDS));
  return `${name} ${words.join(' ')}`;
}

function fill(start: string, character: string): string {
  return start + character.repeat(LONGEST - [...start].length);
}

/** What the server refuses whatever the state of the consultation, by the first rule that it breaks. */
export function createInvalidContent(random: Random, name: string): string {
  return random.pick([' \n\t ', `${fill(`${name} `, 'x')}y`, `${name} \0`, `${name} \ud800`]);
}

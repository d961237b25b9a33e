import { linkifyit } from 'linkify-it';

/** A stretch of a message, and where it leads: null for plain text. */
export interface TextPart {
  readonly text: string;
  readonly href: string | null;
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly href: string;
}

/** The only schemes that a message can link to: no `javascript:`, no `data:`, no app that somebody has installed. */
const SCHEMES: readonly string[] = ['http:', 'https:', 'mailto:'];
/** `next.Es` and `report.md` are no addresses. Without `www.` or a scheme, only these endings make one. */
const PLAIN_ENDING = /^[^/]+\.(com|org|net|edu|gov|info|int)(\/|$)/i;
/** How many digits a telephone number has. ITU-T E.164 allows at most 15. */
const MIN_DIGITS = 8;
const MAX_DIGITS = 15;
/**
 * Finds numbers, international or with the zero of a trunk, that are no part of a longer number or word. A parenthesis is
 * a part of the number only if it is whole and more digits follow: that of `+49 170 1234567 (2)` says something else.
 * After four digits, or the beginning of an IBAN, come more groups of the same account or card.
 */
const PHONE =
  /(?<![\p{L}\p{N}.,:;/+-]|(?<!\d)\d{4}[ \u00A0]|\p{L}{2}\d\d[ \u00A0])(?:[+0]\d|\([+0]\d+\))(?:\(\d+\)|[\d \u00A0/.-]){5,22}\d(?![\p{L}\p{N}]|[.,:/-]\d)/gu;
/** The zero that is only dialled inside the country, beside the country's code. In Italy it is a part of the number. */
const TRUNK_ZERO = /^(\(?(?:\+|00)(?!39)\d{1,3}\)?[ \u00A0]?)\(0\)/;
const DATE = /^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}/;

const finder = linkifyit({ fuzzyLink: true });

/** Takes a message apart into plain text and links: addresses of pages, of e-mail, and telephone numbers. */
export function partsOf(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const { start, end, href } of linksIn(text)) {
    if (start < at) continue;
    if (start > at) parts.push({ text: text.slice(at, start), href: null });
    parts.push({ text: text.slice(start, end), href });
    at = end;
  }
  if (at < text.length) parts.push({ text: text.slice(at), href: null });
  return parts;
}

function linksIn(text: string): readonly Found[] {
  const addresses = (finder.match(text) ?? []).flatMap(({ index, lastIndex, raw, schema, url }): Found[] => {
    const isWritten = schema !== '' || /^www\./i.test(raw) || PLAIN_ENDING.test(raw);
    const href = schema === '' ? url.replace(/^http:/, 'https:') : url;
    return isWritten && isFollowed(href) ? [{ start: index, end: lastIndex, href }] : [];
  });
  return [...addresses, ...phonesIn(text)].sort((a, b) => a.start - b.start || b.end - a.end);
}

function isFollowed(href: string): boolean {
  return URL.canParse(href) && SCHEMES.includes(new URL(href).protocol);
}

function phonesIn(text: string): readonly Found[] {
  return [...text.matchAll(PHONE)].flatMap((match) => {
    const [written] = match;
    const digits = written.replace(TRUNK_ZERO, '$1').replace(/\D/g, '');
    if (digits.length < MIN_DIGITS || digits.length > MAX_DIGITS || DATE.test(written)) return [];
    const href = `tel:${/^\(?\+/.test(written) ? '+' : ''}${digits}`;
    return [{ start: match.index, end: match.index + written.length, href }];
  });
}

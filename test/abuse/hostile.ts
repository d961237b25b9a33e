import * as fc from 'fast-check';

/** Stands in names, contents and keys that are sent: nothing of it belongs into a log. */
export const MARKER = 'zucker krank 4711';

const IDS = [
  ...[
    'consultation-a',
    'consultation-b',
    'consultation-nowhere',
    'patient-a',
    'patient-b',
    'doctor-a',
    'doctor-b',
  ],
];
const ZONES = [
  'UTC',
  'Europe/Vienna',
  'Asia/Kathmandu',
  'Etc/GMT+12',
  'Pacific/Apia',
  'europe/vienna',
  '+05:30',
];
const DATES = [
  ...['2026-03-29', '2024-02-29', '2026-02-29', '2026-02-30', '0000-01-01', '0001-01-01', '9999-12-31'],
  ...['+010000-01-01', '-000001-01-01', '2026-1-1', '2026-03-29T00:00', 'today'],
];
const INSTANTS = [
  ...[
    '2026-03-29T07:00:00.000Z',
    '2026-03-29T07:00:00+14:00',
    '2026-03-29T07:00:00Z',
    '2026-02-30T00:00:00Z',
  ],
  ...[
    '0000-01-01T00:00:00Z',
    '0000-01-01T00:00:00+23:59',
    '0001-01-01T00:00:00Z',
    '1969-12-31T23:59:59.999Z',
  ],
  ...['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999999999Z', '9999-12-31T23:59:59-23:59'],
  ...[
    '2026-03-29T24:00:00Z',
    '2026-03-29T23:59:60Z',
    '2026-03-29',
    '+275760-09-13T00:00:00Z',
    '1e400',
    'NaN',
  ],
];
const TIMES = ['00:00', '23:59', '24:00', '9:00', '09:00:00', '٠٩:٠٠', '-1:00', '12:00 '];
const TRICKS = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '__defineGetter__',
    'then',
    'toJSON',
  ],
  ...[
    'NaN',
    'Infinity',
    '-Infinity',
    '-0',
    '1e308',
    '1e309',
    '0x10',
    '1_000',
    '٣',
    '',
    ' ',
    'null',
    'undefined',
  ],
  ...['\0', 'a\0b', '\uD800', 'a\uDFFFb', '\uFEFF', '\u202Etxt', '\u2028', '👩🏽‍⚕️', 'é'.normalize('NFD')],
  ...[
    "'; DROP TABLE events; --",
    '#{7*7}',
    '{{7*7}}',
    '%s%n',
    '../../etc/passwd',
    '<script>alert(1)</script>',
  ],
  ...['\r\nSet-Cookie: a=b', MARKER, `${MARKER} ${'x'.repeat(5_000)}`, 'x'.repeat(65), '🩺'.repeat(4_001)],
];
const WORDS = [...IDS, ...ZONES, ...DATES, ...INSTANTS, ...TIMES, ...TRICKS];

const NUMBERS = [
  ...[0, -0, -1, 1, 6, 7, 0.5, 200, 201, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 63), 1e21, 1e308],
  ...[5e-324, Number.MAX_SAFE_INTEGER, 527_040, 527_041],
];

export const hostileText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 80 }) },
);

/** As it goes over the wire: a lone surrogate has no bytes. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** JSON, but of the wrong kind wherever it is put. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(...NUMBERS),
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { toString: 'x' }, { length: 1e9 }),
  fc.constantFrom(50, 300).map(nested),
  fc.constantFrom(50, 300).map((length) => Array.from({ length }, () => 0)),
  fc.jsonValue({ maxDepth: 4 }),
);

function nested(depth: number): unknown {
  let value: unknown = MARKER;
  for (let level = 0; level < depth; level += 1)
    value = level % 2 === 0 ? [value] : { consultationId: value };
  return value;
}

export const hostileKey = fc.constantFrom(
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'then',
    '',
    '0',
    'id',
    'role',
    'sender',
    'isAdmin',
    MARKER,
  ],
  ...['after', 'before', 'limit', 'token', 'consultationId', '_placeholder'],
);

interface Mutation {
  readonly kind: 'replace' | 'remove' | 'add' | 'wrap' | 'repeat';
  /** Which place of the value, counted through and round again. */
  readonly at: number;
  readonly key: string;
  readonly value: unknown;
}

const mutation = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Mutation> =>
  fc.record({
    kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'wrap', 'repeat'),
    at: fc.nat(30),
    key: hostileKey,
    value,
  });

/** What is valid, with nothing, one thing or several things wrong. */
export function mutated(
  valid: fc.Arbitrary<unknown>,
  replacements: fc.Arbitrary<unknown> = hostileValue,
): fc.Arbitrary<unknown> {
  return fc
    .tuple(valid, fc.array(mutation(replacements), { maxLength: 2 }))
    .map(([value, mutations]) => mutations.reduce<unknown>(apply, value));
}

function apply(whole: unknown, { kind, at, key, value }: Mutation): unknown {
  const count = countPlaces(whole);
  let place = at % count;
  const visit = (node: unknown): unknown => {
    if (place === 0) {
      place -= 1;
      return changed(node, kind, key, value);
    }
    place -= 1;
    if (Array.isArray(node)) return node.map(visit);
    if (!isPlainObject(node)) return node;
    // Entries, because an assignment to `__proto__` is none.
    return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, visit(child)]));
  };
  return visit(whole);
}

function changed(node: unknown, kind: Mutation['kind'], key: string, value: unknown): unknown {
  switch (kind) {
    case 'replace':
      return value;
    case 'wrap':
      return [node];
    case 'repeat':
      return [node, node, node];
    case 'remove':
      return isPlainObject(node) ? Object.fromEntries(Object.entries(node).slice(1)) : undefined;
    case 'add':
      return isPlainObject(node)
        ? Object.fromEntries([...Object.entries(node), [key, value]])
        : [node, value];
  }
}

/** Not into what is deep or long: there the places are all alike. */
function countPlaces(node: unknown, depth = 0): number {
  if (depth > 20) return 1;
  if (Array.isArray(node))
    return node.slice(0, 50).reduce<number>((sum, child) => sum + countPlaces(child, depth + 1), 1);
  if (!isPlainObject(node)) return 1;
  return Object.values(node).reduce<number>((sum, child) => sum + countPlaces(child, depth + 1), 1);
}

function isPlainObject(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null && !Array.isArray(node) && !Buffer.isBuffer(node);
}

import * as fc from 'fast-check';
import { beforeAll, expect, test, vi } from 'vitest';
import { meaningOf, PROBLEM_CODES, PROBLEM_TYPE, type ProblemCode } from '../../src/adapters/http/problem.js';
import { expectMemoryBounded, expectUnharmed, OF_THE_INSIDE, residentBytes } from './aftermath.js';
import { type Clinic, openClinics, PROPERTY_LIMIT_MS, RUNS } from './clinic.js';
import { type Parameter, type Route, readSurface, type Surface } from './documents.js';
import { hostileText, hostileValue, MARKER, mutated, wellFormed } from './hostile.js';
import { type RawRequest, type RawResponse, sendRawRequest } from './raw-http.js';

const openClinic = openClinics();
let clinic: Clinic;
let surface: Surface;
let memoryBefore: number;

vi.setConfig({ testTimeout: PROPERTY_LIMIT_MS });

beforeAll(async () => {
  clinic = await openClinic();
  surface = await readSurface(clinic);
  memoryBefore = await residentBytes(clinic);
});

const PEOPLE = ['admin', 'patient-a', 'doctor-b'];

const CURSORS = ['doctors', 'patients', 'consultations', 'events', 'access-log'];
const POSITIONS = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1.5',
    'NaN',
    '99999999999999999999',
    '2147483648',
    "'",
    '\0',
    '\uD800',
    '{}',
    'null',
  ],
  ...[
    '[]',
    '[1,2]',
    '0 0',
    '1 2 3',
    '2026-03-29T07:00:00.000Z 1',
    '-271821-04-20T00:00:00.000Z 1',
    'x'.repeat(700),
  ],
];
/** Written as ours are, with a position that none of ours has. */
const hostileCursor = fc
  .tuple(fc.constantFrom(...CURSORS), fc.oneof(fc.constantFrom(...POSITIONS), hostileText))
  .map(([list, position]) => Buffer.from(`${list} ${position}`).toString('base64url'));

const PERCENT = [
  '%',
  '%zz',
  '%00',
  '%2e%2e%2f',
  '%c0%ae',
  '%ff',
  '%ed%a0%80',
  '%252e',
  '..',
  '//',
  ';a=b',
  '\\',
  '?',
  '#',
];
const segment = fc.oneof(
  hostileText.map((text) => encodeURIComponent(wellFormed(text))),
  fc.constantFrom(...PERCENT),
  fc.constantFrom('x'.repeat(300), '%41'.repeat(100), 'é'),
);

function valuesOf({ name, schema }: Parameter): fc.Arbitrary<string> {
  const valid = surface.valid(schema).map((value) => encodeURIComponent(wellFormed(String(value))));
  const wrong = name === 'after' ? fc.oneof(hostileCursor, segment) : segment;
  return fc.oneof({ weight: 3, arbitrary: valid }, { weight: 2, arbitrary: wrong });
}

function target({ template, parameters }: Route): fc.Arbitrary<string> {
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const path = fc
    .tuple(...inPath.map(valuesOf))
    .map((values) =>
      inPath.reduce(
        (text, { name }, index) => text.replace(`{${name}}`, () => values[index] ?? ''),
        template,
      ),
    );
  const pairs = inQuery.map((parameter) => valuesOf(parameter).map((value) => `${parameter.name}=${value}`));
  const odd = fc.tuple(segment, segment).map(([name, value]) => `${name}=${value}`);
  const query = fc.oneof(
    { weight: 5, arbitrary: fc.subarray(pairs).chain((some) => fc.tuple(...some)) },
    { weight: 1, arbitrary: fc.array(fc.oneof(odd, ...pairs), { maxLength: 6 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(['__proto__=1'], ['limit[]=1'], ['limit=1', 'limit=2'], ['&&=&']),
    },
  );
  const suffix = fc.oneof(
    { weight: 8, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom('/', '/..', '//', '/%00') },
  );
  return fc.tuple(path, suffix, query).map(([path, suffix, query]) => {
    const text = query.join('&');
    return `${path}${suffix}${text === '' ? '' : `?${text}`}`;
  });
}

const RAW_BODIES = [
  ...[
    '',
    ' ',
    '{',
    '[',
    '"',
    'null',
    'true',
    '0',
    '{}',
    '[]',
    '{"a":1e400}',
    '{"name":NaN}',
    '{"name":"\\ud800"}',
    '\uFEFF{}',
  ],
  ...[
    '{"id":"a","id":"b","name":"c"}',
    '{"__proto__":{"isAdmin":true}}',
    '{"constructor":{"prototype":{"isAdmin":true}}}',
  ],
  ...[
    `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
    `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
    'name=x&timeZone=UTC',
  ],
];
const body = ({ body }: Route): fc.Arbitrary<string | Buffer> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: mutated(body === null ? hostileValue : surface.valid(body)).map(
        (value) => JSON.stringify(value) ?? '',
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom(...RAW_BODIES) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
  );

const CONTENT_TYPES = [
  ...Array.from({ length: 6 }, () => 'application/json'),
  ...[
    'application/json; charset=utf-16',
    'application/json;charset="',
    'text/plain',
    'multipart/form-data; boundary=x',
    '',
  ],
  ...[
    'application/x-www-form-urlencoded',
    'application/problem+json',
    '*/*',
    'application/json, text/plain',
    '\u00ff',
  ],
];

/** Nothing that ends a header, or the parser never sees the request that is meant. */
const headerText = hostileText.map((text) => wellFormed(text).replace(/[\r\n\0]/g, ' '));
const NAMES = [
  ...[
    'If-Match',
    'If-None-Match',
    'Idempotency-Key',
    'X-Request-Id',
    'Origin',
    'X-Forwarded-For',
    'Forwarded',
    'Accept',
  ],
  ...[
    'X-HTTP-Method-Override',
    'Accept-Encoding',
    'Range',
    'Cookie',
    'Content-Encoding',
    'Accept-Version',
    '__proto__',
  ],
];
const header = fc.oneof(
  fc.tuple(fc.constantFrom(...NAMES), headerText),
  fc.constantFrom<readonly [string, string]>(
    ...([
      ['If-Match', '"1"'],
      ['If-Match', '"999999999999999"'],
      ['If-Match', '*'],
      ['If-None-Match', '*'],
      ['Idempotency-Key', 'key-1'],
      ['Content-Type', 'text/html'],
      ['Content-Length', '-1'],
      ['Content-Length', '5, 5'],
      ['Transfer-Encoding', 'gzip, chunked'],
      ['Transfer-Encoding', 'identity'],
      ['Expect', '100-continue'],
      ['Expect', '200-ok'],
      ['Upgrade', 'h2c'],
      ['Host', 'evil.example'],
      ['Host', ''],
      ['Content-Encoding', 'gzip'],
    ] as const),
  ),
);

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
  'BREW',
];

const authorization = (): fc.Arbitrary<readonly (readonly [string, string])[]> => {
  const bearer = (token: string) => ['Authorization', `Bearer ${token}`] as const;
  const good = PEOPLE.map((person) => [bearer(clinic.token(person))]);
  const bad = [
    [],
    [bearer('garbage')],
    [['Authorization', 'Basic YTpi'] as const],
    [bearer('a.b.c'), bearer('d.e.f')],
  ];
  return fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...good.slice(0, 1)) },
    { weight: 2, arbitrary: fc.constantFrom(...good.slice(1)) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  );
};

function requests(): fc.Arbitrary<RawRequest> {
  return fc.constantFrom(...surface.routes).chain((route) => {
    const method = fc.oneof(
      { weight: 8, arbitrary: fc.constant(route.method) },
      { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
    );
    const hasBody = route.body !== null || route.method === 'POST';
    return fc
      .record({
        method,
        target: target(route),
        authorization: authorization(),
        type: fc.constantFrom(...CONTENT_TYPES),
        headers: fc.array(header, { maxLength: 3 }),
        body: hasBody
          ? body(route)
          : fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: body(route) }),
      })
      .map(({ method, target, authorization, type, headers, body }) => ({
        method,
        target,
        headers: [
          ...authorization,
          ...(body === undefined || type === '' ? [] : [['Content-Type', type] as const]),
          ...headers,
        ],
        ...(body === undefined ? {} : { body }),
      }));
  });
}

function isProblemCode(code: string): code is ProblemCode {
  return (PROBLEM_CODES as readonly string[]).includes(code);
}

/** What is no success is a problem that the contract knows, and tells nothing of the inside. */
function expectDecent({ method }: RawRequest, { status, headers, body }: RawResponse): void {
  expect(status).toBeGreaterThanOrEqual(200);
  expect(status).toBeLessThan(500);
  if (status < 400 || method === 'HEAD') return;
  // Node itself answers an expectation that it does not know, in no words.
  if (status === 417 && body === '') return;
  expect(new Map(headers).get('content-type')).toBe(PROBLEM_TYPE);
  const problem: { readonly code: string; readonly title: string; readonly detail: string } =
    JSON.parse(body);
  const { code, title, detail } = problem;
  if (!isProblemCode(code)) throw new Error(`${code} is no code of the API`);
  expect(meaningOf(code)).toEqual({ status, sentence: title });
  expect(detail.startsWith(title)).toBe(true);
  expect(body).not.toMatch(OF_THE_INSIDE);
  expect(body).not.toContain(MARKER);
}

test('whatever is asked of the API is answered, in words of the contract and never with a failure', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(requests(), { minLength: 1, maxLength: 4 }), async (all) => {
      const answers = await Promise.all(all.map((request) => sendRawRequest(clinic.url, request)));
      for (const [index, request] of all.entries()) {
        const answer = answers[index] ?? null;
        const isUpgrade = request.headers?.some(([name]) => name === 'Upgrade') ?? false;
        if (answer === null) expect(isUpgrade, 'closed without an answer').toBe(true);
        else expectDecent(request, answer);
      }
    }),
    { numRuns: Math.ceil(RUNS / 2) },
  );
});

const OTHER_ADDRESSES = [
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
  '/docs/',
  '/docs/json',
  '/api/openapi.json',
  '/api/asyncapi.json',
];

test('every list answers a cursor that is none of its own', async () => {
  const lists = surface.routes.filter(({ parameters }) => parameters.some(({ name }) => name === 'after'));
  expect(lists.length).toBeGreaterThan(5);
  for (const { template } of lists) {
    const path = template.replace('{consultationId}', 'consultation-a');
    for (const list of CURSORS) {
      for (const position of POSITIONS) {
        const after = Buffer.from(`${list} ${position}`).toString('base64url');
        const { status } = await clinic.call({
          path: `${path}?after=${after}`,
          token: clinic.token('admin'),
        });
        expect([200, 400], `${path} after "${list} ${position}"`).toContain(status);
      }
    }
  }
});

/** What the fuzzer has found, and what lies next to it. */
test.each([
  ['NUL as whose entries are asked for', '/api/v1/access-log?personKind=patient&personId=%00'],
  ['a lone surrogate as whose', '/api/v1/access-log?personKind=patient&personId=%ed%a0%80', 'query'],
  ['bytes that are no character as whose', '/api/v1/access-log?personKind=patient&personId=%ff', 'query'],
  ['a replacement character as whose', '/api/v1/access-log?personKind=patient&personId=%ef%bf%bd'],
  ['a name that no person has', '/api/v1/access-log?personKind=patient&personId=a%20b'],
])('%s is refused', async (_what, path, field = 'personId') => {
  const response = await clinic.call({ path, token: clinic.token('admin') });
  expect([response.status, await response.json()]).toEqual([
    400,
    expect.objectContaining({ code: 'request.invalid', field }),
  ]);
});

test.each([
  ['the year 0', 'from=0000-01-01T00:00:00Z'],
  ['before the year 0', 'from=0000-01-01T00:00:00%2B23:59'],
  ['the end of the year 9999', 'to=9999-12-31T23:59:59.999Z'],
  ['after the year 9999', 'from=9999-12-31T23:59:59-23:59&to=9999-12-31T23:59:59-23:59'],
])('%s is a time that one can ask for, or is refused', async (_what, query) => {
  for (const path of ['/api/v1/access-log', '/api/v1/doctors/doctor-a/availability']) {
    const { status } = await clinic.call({ path: `${path}?${query}`, token: clinic.token('admin') });
    expect([200, 400], path).toContain(status);
  }
});

test('so is whatever is asked of any other address', async () => {
  const path = fc.oneof(
    fc.constantFrom(
      ...OTHER_ADDRESSES,
      '*',
      'http://evil.example/',
      'evil.example:80',
      '/api/v1',
      '/api/v1/',
      '/socket.io/../api/v1/doctors',
    ),
    fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`),
    fc
      .tuple(fc.constantFrom('/docs/', '/docs/static/', '/chat-page.js/', '/api/'), segment)
      .map((parts) => parts.join('')),
  );
  // A space, or what is no ASCII, ends the target as far as the parser is concerned.
  const request = fc.record({
    method: fc.constantFrom(...METHODS),
    target: path.map((text) => text.replaceAll(' ', '%20')),
    headers: fc.array(header, { maxLength: 2 }),
    body: fc.constantFrom(undefined, '{}', 'x'),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ body, ...rest }) => {
      const asked = body === undefined ? rest : { ...rest, body };
      const answer = await sendRawRequest(clinic.url, asked);
      if (answer === null) return;
      expect(answer.status).toBeLessThan(500);
      expect(answer.body).not.toMatch(OF_THE_INSIDE);
    }),
    { numRuns: Math.ceil(RUNS / 4) },
  );
});

test('so is whatever is asked of the address of the sockets', async () => {
  const TRANSPORTS = ['polling', 'websocket', 'webtransport', '__proto__', 'constructor', ''];
  const pair = fc.tuple(
    fc.constantFrom('EIO', 'transport', 'sid', 't', 'b64', 'j', '__proto__', 'token'),
    fc.oneof(fc.constantFrom(...TRANSPORTS, '4', '3', '99'), segment),
  );
  const query = fc
    .array(pair, { maxLength: 4 })
    .map((pairs) => pairs.map((each) => each.join('=')).join('&'));
  const request = fc.record({
    method: fc.constantFrom('GET', 'GET', 'POST', 'POST', 'OPTIONS', 'PUT', 'BREW'),
    target: fc
      .tuple(fc.constantFrom('EIO=4&transport=polling&', 'EIO=4&', ''), query)
      .map((parts) => `/socket.io/?${parts.join('')}`),
    headers: fc.array(header, { maxLength: 2 }),
    body: fc.oneof(fc.constantFrom('', '40', '1', '6', '4'.repeat(100)), hostileText.map(wellFormed)),
  });
  await fc.assert(
    fc.asyncProperty(request, async (asked) => {
      const answer = await sendRawRequest(clinic.url, asked);
      if (answer === null) return;
      expect(answer.status).toBeLessThan(500);
      expect(answer.body).not.toMatch(OF_THE_INSIDE);
    }),
    { numRuns: Math.ceil(RUNS / 4) },
  );
});

test('afterwards the server is unharmed', async () => {
  const tokens = PEOPLE.map(clinic.token);
  await expectUnharmed({ clinic, tokens, words: [MARKER, encodeURIComponent(MARKER)] });
  await expectMemoryBounded(clinic, memoryBefore);
});

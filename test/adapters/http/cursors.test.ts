import { expect, it } from 'vitest';
import { openClinic } from './api-clinic.js';
import type { Parameter } from './api-document.js';
import { apiHarness } from './api-harness.js';

const api = apiHarness();

const cursor = (list: string, position: string) => Buffer.from(`${list} ${position}`).toString('base64url');

/** No page has ended there, and PostgreSQL takes neither NUL in text nor what is no 32-bit integer as a version. */
const NOWHERE = ['', ' ', '\0', 'a\0b', 'a b', 'é', 'x'.repeat(129)];
const NO_VERSION = ['foo', '-5', '0', '1.5', '01', '0x10', '1e3', '99999999999', '9'.repeat(30), 'NaN'];

/** A number is no cursor: by `after` of messages people say what they have. */
const isCursor = ({ name, schema }: Parameter): boolean => name === 'after' && schema.type === 'string';

/** Each list of the API, the name that its cursors bear, and positions that it never gave. */
const LISTS: readonly [path: string, list: string, positions: readonly string[]][] = [
  ['doctors', 'doctors', NOWHERE],
  ['patients', 'patients', NOWHERE],
  ['consultations', 'consultations', NOWHERE],
  ['access-log', 'access-log', [...NOWHERE.slice(0, -1), 'x.y', 'foo', '!']],
  ['consultations/c-1/events', 'events', [...NOWHERE, ...NO_VERSION]],
];

it('the lists are those of the API', async () => {
  const { document } = await api.open();
  const paths = Object.entries(document.paths)
    .filter(([, operations]) => operations['get']?.parameters?.some(isCursor))
    .map(([path]) => path.replace('/api/v1/', '').replace('{consultationId}', 'c-1'));
  expect(paths.sort()).toEqual(LISTS.map(([path]) => path).sort());
});

it.each(LISTS)('a cursor of %s that somebody made up is refused', async (path, list, positions) => {
  const harness = await api.open();
  const { admin } = await openClinic(harness);
  for (const position of positions) {
    const after = cursor(list, position);
    const { status, json } = await harness.call('GET', `/api/v1/${path}?after=${after}`, { token: admin });
    expect([position, status, json.code, json.field]).toEqual([position, 400, 'request.invalid', 'after']);
  }
});

it.each(['%00', 'a%00b', 'a%20b', '%F0%9F%98%80', 'x'.repeat(129)])(
  'nobody in the access log is called %s',
  async (personId) => {
    const harness = await api.open();
    const { admin } = await openClinic(harness);
    const query = `personKind=patient&personId=${personId}`;
    const { status, json } = await harness.call('GET', `/api/v1/access-log?${query}`, { token: admin });
    expect([status, json.code, json.field]).toEqual([400, 'request.invalid', 'personId']);
  },
);

import { expect, it } from 'vitest';
import { meaningOf, PROBLEM_CODES } from '../../../src/adapters/http/problem.js';
import { codeSpans, readText, section, tableRows } from '../../architecture/documents.js';
import { say } from '../../support/clinic.js';
import { type ApiHarness, apiHarness } from './api-harness.js';
import { type DocumentedRequest, examplesOf } from './documented-examples.js';

const api = apiHarness();

/** Not the same from run to run. */
const VOLATILE = ['messageId', 'nextCursor', 'requestId'];

it('docs/api.md shows what is answered, in order, to the letter', async () => {
  const examples = examplesOf(await readText('docs/api.md'));
  const harness = await api.open({ startAt: '2026-03-02T10:00:00.000Z' });
  const token = harness.memory.authenticator.issue({ role: 'admin', id: 'front-desk' });

  expect(examples.length).toBeGreaterThan(10);
  for (const { request, answer } of examples) {
    const { status, headers, json } = await run(harness, request, token);
    const what = `${request.method} ${request.path}`;
    expect(status, what).toBe(answer.status);
    for (const [name, value] of Object.entries(answer.headers)) {
      expect(headers.get(name)?.split(';')[0], `${what}: ${name}`).toBe(value);
    }
    expect(masked(json), what).toEqual(masked(answer.body));
    if (request.path === '/api/v1/consultations') await sayGoodMorning(harness);
  }
});

it('docs/api.md names every code with its status, and every route', async () => {
  const text = await readText('docs/api.md');
  const rows = tableRows(section(text, 'Errors'));
  const named = rows.flatMap(([status, codes = '']) =>
    codeSpans(codes).map((code) => [code, Number(status)]),
  );
  expect(named.sort()).toEqual(PROBLEM_CODES.map((code) => [code, meaningOf(code).status]).sort());

  const { document } = await api.open();
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
  );
  const documented = tableRows(text).flatMap(([cell = '']) =>
    codeSpans(cell).filter((span) => /^[A-Z]+ \//.test(span)),
  );
  expect([...documented].sort()).toEqual(routes.sort());
});

function run(harness: ApiHarness, request: DocumentedRequest, token: string) {
  const { method, path, headers, body } = request;
  const authorization = headers['authorization']?.replace('$TOKEN', token);
  const sent = authorization === undefined ? headers : { ...headers, authorization };
  return harness.call(method, path, { headers: sent, ...(body === undefined ? {} : { body }) });
}

async function sayGoodMorning({ memory }: ApiHarness): Promise<void> {
  const caller = { role: 'patient', id: 'patient-lind' } as const;
  const message = {
    consultationId: 'consultation-7',
    sender: 'user',
    content: 'Good morning, doctor.',
    clientMessageId: 'phone-1',
  } as const;
  const answer = await say(memory.application, message, caller);
  expect(answer.outcome).toBe('accepted');
}

/** The same with every volatile value replaced by its type. */
function masked(value: unknown): unknown {
  if (value === undefined) return undefined;
  return JSON.parse(
    JSON.stringify(value, (key, part: unknown) => (VOLATILE.includes(key) ? typeof part : part)),
  );
}

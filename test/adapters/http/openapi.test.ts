import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { API_PREFIX } from '../../../src/adapters/http/api/api-server.js';
import { type ApiDocument, expectAsDocumented, operationFor, validatorOf } from './api-document.js';
import { apiHarness } from './api-harness.js';

const api = apiHarness();

describe('the OpenAPI document', () => {
  it('is valid by a validator from outside, and there for everybody', async () => {
    const { url } = await api.open();
    const response = await fetch(new URL('/api/openapi.json', url));
    const document = (await response.json()) as ApiDocument;

    expect(response.headers.get('content-type')).toContain('application/json');
    expect(document.openapi).toMatch(/^3[.]1[.]/);
    expect(document.info.version).toBe('1.2.3');
    const validator = new Validator();
    expect(await validator.validate({ ...document })).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has every route of the API, and no other', async () => {
    const { app, url, document } = await api.open({ isOpen: true });
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const registered = routesOf(app.printRoutes({ commonPrefix: false, includeHooks: false }));

    expect(documented.length).toBeGreaterThan(15);
    // GET brings HEAD along, and the methods of no route are there to say so.
    for (const route of documented) expect(registered).toContain(route.replace(/\{(\w+)\}/g, ':$1'));
    const answersWork = await Promise.all(
      registered.map(async (route) => {
        const [method = '', path = ''] = route.split(' ');
        const { status } = await fetch(new URL(path.replace(/:\w+/g, 'x'), url), { method });
        return status === 405 ? [] : [route];
      }),
    );
    const serving = answersWork.flat().filter((route) => !route.startsWith('HEAD '));
    expect(serving.map(withBraces).sort()).toEqual([...documented].sort());
  });

  it('names every operation once, with its tag, its answers and its refusals', async () => {
    const { document } = await api.open();
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    const ids = operations.map(({ operationId }) => operationId);

    expect(new Set(ids).size).toBe(ids.length);
    for (const operation of operations) {
      expect(Object.keys(operation.responses)).toEqual(
        expect.arrayContaining(['400', '401', '403', '429', '500', '503']),
      );
      expect(operation).toMatchObject({ summary: expect.any(String), tags: [expect.any(String)] });
    }
  });

  it('has examples that fit their schemas', async () => {
    const { document } = await api.open();
    const given = examplesIn(document.components.schemas);
    for (const [schema, example] of given) {
      const { error } = validatorOf(document, schema).safeParse(example);
      expect(error?.issues, JSON.stringify(example)).toBeUndefined();
    }
    expect(given.length).toBeGreaterThan(20);
  });
});

describe('the check of answers against the document', () => {
  it.each<[string, Partial<{ method: string; path: string; status: number; text: string; type: string }>]>([
    ['a status that it does not name', { status: 202 }],
    ['a field that it does not name', { text: '{"id":"p-1","name":"P","age":40}' }],
    ['a field too few', { text: '{"id":"p-1"}' }],
    ['a field of another type', { text: '{"id":"p-1","name":5}' }],
    ['a body that is no problem', { status: 404, text: '{"error":"Not Found"}' }],
    ['another media type', { type: 'text/html' }],
    ['a route that it does not have', { path: '/api/v1/nurses/n-1' }],
    ['a body where there is none', { status: 304 }],
  ])('is red for %s', async (_what, change) => {
    const { document } = await api.open();
    const { type = 'application/json', ...rest } = change;
    const answered = { 'content-type': 'application/json', etag: '"1"', 'x-request-id': 'r' };
    const headers = new Headers({ ...answered, 'content-type': type });
    const seen = {
      method: 'GET',
      path: '/api/v1/patients/p-1',
      status: 200,
      text: '{"id":"p-1","name":"P"}',
      headers: new Headers(answered),
    };
    expect(operationFor(document, 'GET', seen.path)?.operationId).toBe('getPatient');
    expect(() => expectAsDocumented(document, seen)).not.toThrow();
    expect(() => expectAsDocumented(document, { ...seen, ...rest, headers })).toThrow();
  });

  it('is red for a header that is missing', async () => {
    const { document } = await api.open();
    const headers = new Headers({ 'content-type': 'application/json', 'x-request-id': 'r' });
    const text = '{"id":"p-1","name":"P"}';
    const seen = { method: 'GET', path: '/api/v1/patients/p-1', status: 200, text, headers };
    expect(() => expectAsDocumented(document, seen)).toThrow();
  });
});

/** `METHOD /path` of every route below the API, read from Fastify's own list. */
function routesOf(printed: string): readonly string[] {
  const steps: string[] = [];
  return printed.split('\n').flatMap((line) => {
    const found = /^([│ ]*)[├└]── (\S*) \(([A-Z, ]+)\)$/.exec(line) ?? /^([│ ]*)[├└]── (\S*)()$/.exec(line);
    if (found === null) return [];
    const [, indent = '', step = '', methods = ''] = found;
    steps.length = indent.length / 4;
    steps.push(step);
    const path = steps.join('');
    if (methods === '' || !path.startsWith(API_PREFIX)) return [];
    return methods.split(', ').map((method) => `${method} ${path}`);
  });
}

function withBraces(route: string): string {
  return route.replace(/:(\w+)/g, '{$1}');
}

/** Every schema of a tree with each of its examples. */
function examplesIn(schema: unknown): readonly (readonly [schema: object, example: unknown])[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { examples, ...parts } = schema as { readonly examples?: unknown };
  const own = Array.isArray(examples) ? examples.map((example) => [schema, example] as const) : [];
  return [...own, ...Object.values(parts).flatMap(examplesIn)];
}

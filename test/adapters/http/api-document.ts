import { expect } from 'vitest';
import { z } from 'zod';

interface ResponseObject {
  readonly headers?: Readonly<Record<string, { readonly schema: object }>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

export interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly schema: { readonly type?: string };
}

export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

/** The parts of the OpenAPI document that the tests look at. */
export interface ApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** What came back, as far as the document speaks of it. */
export interface SeenResponse {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Answers that are given before it is clear which operation is meant, or that no operation has. */
const BEFORE_ANY_OPERATION = [404, 405];
/** No operation of the document; what a browser asks before it asks is answered, or refused, as well. */
const OF_OPTIONS = [204, 403, ...BEFORE_ANY_OPERATION];

/** The operation of the document for a request; `undefined` when it has none. */
export function operationFor(document: ApiDocument, method: string, path: string): Operation | undefined {
  const entry = Object.entries(document.paths).find(([template]) => patternOf(template).test(path));
  // HEAD is GET without its body.
  return entry?.[1][method === 'HEAD' ? 'get' : method.toLowerCase()];
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]*')}$`);
}

/** Fails when the API answers what its document does not say: another status, header, media type or shape. */
export function expectAsDocumented(document: ApiDocument, seen: SeenResponse): void {
  const { method, path, status, headers, text } = seen;
  const operation = operationFor(document, method, path);
  const what = `${method} ${path} → ${status}`;
  if (operation === undefined) {
    expect(method === 'OPTIONS' ? OF_OPTIONS : BEFORE_ANY_OPERATION, what).toContain(status);
    return;
  }
  const response = operation.responses[status];
  if (response === undefined) throw new Error(`${what} is not in the document: ${text}`);
  for (const name of Object.keys(response.headers ?? {})) {
    if (name === 'Retry-After' && !text.includes('retryAfterMs')) continue;
    expect(headers.get(name), `${what}: ${name}`).not.toBeNull();
  }
  if (method === 'HEAD') return;
  if (response.content === undefined) {
    expect(text, what).toBe('');
    return;
  }
  const media = headers.get('content-type')?.split(';')[0] ?? '';
  const schema = response.content[media]?.schema;
  if (schema === undefined) throw new Error(`${what} is ${media}, which is not in the document`);
  const checked = validatorOf(document, schema).safeParse(JSON.parse(text));
  expect(checked.error?.issues, `${what}: ${text}`).toBeUndefined();
}

const validators = new WeakMap<ApiDocument, Map<object, z.ZodType>>();

/** Reads the document's schemas back, so that what is checked is what is published. */
export function validatorOf(document: ApiDocument, schema: object): z.ZodType {
  const known = validators.get(document) ?? new Map<object, z.ZodType>();
  validators.set(document, known);
  const validator = known.get(schema) ?? z.fromJSONSchema(withDefinitions(document, schema));
  known.set(schema, validator);
  return validator;
}

/** The document lets answers gain fields. A field that it does not name is a mistake here all the same. */
function withDefinitions(document: ApiDocument, schema: object): z.core.JSONSchema.JSONSchema {
  const close = (_key: string, value: unknown): unknown =>
    isObjectSchema(value) ? { additionalProperties: false, ...value } : value;
  const whole = JSON.stringify({ ...schema, $defs: document.components.schemas }, close);
  return JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/'));
}

function isObjectSchema(value: unknown): value is { readonly properties: object } {
  return typeof value === 'object' && value !== null && 'type' in value && 'properties' in value;
}

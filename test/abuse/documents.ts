import * as fc from 'fast-check';
import type { Clinic } from './clinic.js';
import { hostileText } from './hostile.js';

/** JSON Schema, as far as the documents use it. */
export interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

/** One method of one address. */
export interface Route {
  readonly operationId: string;
  readonly method: string;
  /** With `{parameters}`. */
  readonly template: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | null;
}

export interface SocketEvent {
  readonly name: string;
  readonly payload: Schema;
}

/** What the server says that it takes. */
export interface Surface {
  readonly routes: readonly Route[];
  readonly events: readonly SocketEvent[];
  /** Values that the schema allows, with the people and consultations that there are. */
  valid(schema: Schema): fc.Arbitrary<unknown>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface AsyncApi {
  readonly operations: Readonly<
    Record<string, { readonly action: string; readonly messages: readonly Schema[] }>
  >;
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly name: string; readonly payload: Schema }>>;
    readonly schemas: Readonly<Record<string, Schema>>;
  };
}

/** Reads the server's own descriptions, so that what is attacked is everything there is. */
export async function readSurface(clinic: Clinic): Promise<Surface> {
  const openapi = (await (await clinic.call({ path: '/api/openapi.json' })).json()) as OpenApi;
  const asyncapi = (await (await clinic.call({ path: '/api/asyncapi.json' })).json()) as AsyncApi;
  const routes = Object.entries(openapi.paths).flatMap(([template, operations]) =>
    Object.entries(operations).map(([method, { operationId, parameters = [], requestBody }]) => ({
      operationId,
      method: method.toUpperCase(),
      template,
      parameters,
      body: requestBody?.content['application/json']?.schema ?? null,
    })),
  );
  const { messages } = asyncapi.components;
  const events = Object.values(asyncapi.operations)
    .filter(({ action }) => action === 'receive')
    .flatMap((operation) => operation.messages.map(({ $ref = '' }) => messages[lastStep($ref)]))
    .filter((message) => message !== undefined)
    .filter(({ name }) => /^[a-z_]+$/.test(name) && name !== 'connect');
  const schemas = { ...asyncapi.components.schemas, ...openapi.components.schemas };
  return { routes, events, valid: (schema) => arbitraryOf(schema, schemas) };
}

function lastStep(reference: string): string {
  return reference.split('/').at(-1) ?? '';
}

type Schemas = Readonly<Record<string, Schema>>;

function arbitraryOf(schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  const { $ref, anyOf, oneOf, examples } = schema;
  if ($ref !== undefined) return arbitraryOf(schemas[lastStep($ref)] ?? {}, schemas);
  const options = anyOf ?? oneOf;
  const made =
    options === undefined
      ? typed(schema, schemas)
      : fc.oneof(...options.map((option) => arbitraryOf(option, schemas)));
  return examples === undefined ? made : fc.oneof(made, fc.constantFrom(...examples));
}

function typed(schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object': {
      const { properties = {}, required = [] } = schema;
      const entries = Object.entries(properties).map(([name, child]) => [name, arbitraryOf(child, schemas)]);
      return fc.record(Object.fromEntries(entries) as Record<string, fc.Arbitrary<unknown>>, {
        requiredKeys: [...required],
        noNullPrototype: true,
      });
    }
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}, schemas), { maxLength: 4 });
    case 'integer':
    case 'number': {
      const { minimum = -1_000, maximum = 1_000 } = schema;
      return fc.oneof(fc.integer({ min: minimum, max: maximum }), fc.constantFrom(minimum, maximum, 0, 1, 2));
    }
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return text(schema);
  }
}

const PEOPLE = ['consultation-a', 'consultation-b', 'patient-a', 'patient-b', 'doctor-a', 'doctor-b'];

function text({ format, pattern = '' }: Schema): fc.Arbitrary<unknown> {
  if (format === 'date-time') return instant.map((date) => date.toISOString());
  if (format === 'date') return instant.map((date) => date.toISOString().slice(0, 10));
  if (pattern.includes('{1,64}'))
    return fc.oneof(fc.constantFrom(...PEOPLE), fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/));
  if (pattern.includes('{1,128}'))
    return fc.oneof(fc.constantFrom(...PEOPLE), fc.stringMatching(/^[A-Za-z0-9._\-~@|:+]{1,128}$/));
  if (pattern.includes(':')) return fc.constantFrom('00:00', '08:30', '17:00', '23:59');
  return fc.oneof(hostileText, fc.constantFrom('UTC', 'Europe/Vienna', 'a plain sentence'));
}

const instant = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T00:00:00Z'),
  noInvalidDate: true,
});

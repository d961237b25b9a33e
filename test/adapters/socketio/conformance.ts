import type { Socket } from 'socket.io-client';
import { z } from 'zod';
import { createAsyncApiDocument } from '../../../src/adapters/socketio/asyncapi.js';
import { type JsonSchema, pascalCase } from '../../../src/adapters/socketio/asyncapi-shapes.js';
import type { ClientEvent } from '../../../src/adapters/socketio/events/client-event.js';
import { CLIENT_EVENTS } from '../../../src/adapters/socketio/events/client-events.js';
import type { ServerEvent } from '../../../src/adapters/socketio/notifications/server-event.js';
import { SERVER_EVENTS } from '../../../src/adapters/socketio/notifications/server-events.js';
import { connectError } from '../../../src/adapters/socketio/shapes/handshake.js';
import { ERROR_CODES, refusal } from '../../../src/adapters/socketio/shapes/wire-error.js';

const document = createAsyncApiDocument({ version: '0.0.0' });
const clientEvents: Readonly<Record<string, ClientEvent>> = CLIENT_EVENTS;
const serverEvents: Readonly<Record<string, ServerEvent>> = SERVER_EVENTS;
const documented = new Map<string, z.ZodType>();

/** What is wrong with an event from the server; nothing, when it is as described. */
export function complaintsAboutEvent(event: string, payloads: readonly unknown[]): readonly string[] {
  const schema = serverEvents[event]?.payload;
  if (schema === undefined) return [`${event}: is not described`];
  if (payloads.length !== 1) return [`${event}: has ${payloads.length} payloads`];
  return complaints(event, `${pascalCase(event)}Event`, schema, payloads[0]);
}

/** What is wrong with an acknowledgement. An event that does not exist can be refused only. */
export function complaintsAboutAnswer(event: string, answer: unknown): readonly string[] {
  const isSuccess = typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === true;
  if (!isSuccess) return complaints(event, 'Refusal', refusal, answer);
  const schema = clientEvents[event]?.answer;
  if (schema === undefined) return [`${event}: is not described`];
  return complaints(event, `${pascalCase(event)}Answer`, schema, answer);
}

/** What is wrong with what `connect_error` brought. */
export function complaintsAboutConnectError(error: Error): readonly string[] {
  const told = { message: error.message, data: 'data' in error ? error.data : undefined };
  return complaints('connect_error', 'ConnectError', connectError, told);
}

/** Against the schema, against what the document says, and against what an error of its code carries. */
function complaints(event: string, message: string, schema: z.ZodType, value: unknown): readonly string[] {
  const found = [
    ...issuesOf(schema, value).map((issue) => `${event}: ${issue}`),
    ...issuesOf(documentedSchema(message), value).map((issue) => `${event}, as documented: ${issue}`),
  ];
  return found.length > 0 ? found : errorsWithin(value).flatMap(complaintsAboutError);
}

function issuesOf(schema: z.ZodType, value: unknown): readonly string[] {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
}

interface PlainError {
  readonly code: keyof typeof ERROR_CODES;
}

function errorsWithin(value: unknown): readonly PlainError[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('code' in value) return [value as PlainError];
  return Object.values(value).flatMap(errorsWithin);
}

const OF_EVERY_ERROR: readonly string[] = ['code', 'message', 'event', 'clientMessageId'];

function complaintsAboutError(error: PlainError): readonly string[] {
  const carried = Object.keys(error).filter((key) => !OF_EVERY_ERROR.includes(key));
  const described: readonly string[] = ERROR_CODES[error.code].carries;
  const isSame = carried.length === described.length && carried.every((key) => described.includes(key));
  return isSame ? [] : [`${error.code}: carries ${carried.join()} and should carry ${described.join()}`];
}

/** The document's own JSON Schema of a message, turned back into something that checks. */
function documentedSchema(message: string): z.ZodType {
  const known = documented.get(message);
  if (known !== undefined) return known;
  const payload = document.components.messages[message]?.payload;
  if (payload === undefined) throw new Error(`the document has no message ${message}`);
  const schema = toSchema(payload);
  documented.set(message, schema);
  return schema;
}

/** A JSON Schema of the document as something that checks. */
export function toSchema(jsonSchema: JsonSchema): z.ZodType {
  return z.fromJSONSchema(resolved(jsonSchema) as z.core.JSONSchema.JSONSchema);
}

/** With every reference replaced by what it leads to. */
function resolved(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(resolved);
  if (typeof schema !== 'object' || schema === null) return schema;
  if ('$ref' in schema) {
    const name = String(schema.$ref).replace('#/components/schemas/', '');
    return resolved(document.components.schemas[name]);
  }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolved(value)]));
}

/** Everything that one client receives is held against the description. */
export interface Watched {
  readonly socket: Socket;
  /** Names of the events from the server. */
  readonly heard: Set<string>;
  readonly complaints: string[];
  ask(event: string, ...parameters: unknown[]): Promise<unknown>;
}

export function watch(socket: Socket): Watched {
  const heard = new Set<string>();
  const complaints: string[] = [];
  socket.onAny((event: string, ...payloads: unknown[]) => {
    heard.add(event);
    complaints.push(...complaintsAboutEvent(event, payloads));
  });
  return {
    socket,
    heard,
    complaints,
    ask: async (event, ...parameters) => {
      const answer: unknown = await socket.emitWithAck(event, ...parameters);
      complaints.push(...complaintsAboutAnswer(event, answer));
      return answer;
    },
  };
}

import { z } from 'zod';
import { CLIENT_EVENTS } from './events/client-events.js';
import { SERVER_EVENTS } from './notifications/server-events.js';
import { connectError, handshakeAuth } from './shapes/handshake.js';
import { person, presentPerson } from './shapes/person.js';
import { clientMessageId, id, instant, role, sender, seq } from './shapes/values.js';
import { refusal } from './shapes/wire-error.js';

/** A JSON Schema of draft 7, or a reference to one, as AsyncAPI has it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Every shape with a name of its own, the building blocks first. A shape that `src/protocol/wire.ts` has, too, keeps
 * its name from there.
 */
const SHAPES: Readonly<Record<string, z.ZodType>> = {
  Id: id,
  Sender: sender,
  Role: role,
  Seq: seq,
  Instant: instant,
  ClientMessageId: clientMessageId,
  Person: person,
  PresentPerson: presentPerson,
  Refusal: refusal,
  HandshakeAuth: handshakeAuth,
  ConnectError: connectError,
  ...Object.fromEntries(Object.values(SERVER_EVENTS).map(({ shape, payload }) => [shape, payload])),
  ...Object.fromEntries(
    Object.entries(CLIENT_EVENTS).flatMap(([event, { payload, answer }]) => [
      [`${pascalCase(event)}Payload`, payload],
      [`${pascalCase(event)}Answer`, answer],
    ]),
  ),
};

const registry = z.registry<{ id: string }>();
for (const [name, schema] of Object.entries(SHAPES)) registry.add(schema, { id: name });

const addressOf = (name: string): string => `#/components/schemas/${name}`;

/** The JSON Schemas of all shapes by name, with references among each other. */
export function componentSchemas(): Readonly<Record<string, JsonSchema>> {
  const { schemas } = z.toJSONSchema(registry, {
    target: 'draft-07',
    // With `input`, a field that a client may leave out is optional. Objects stay open to further properties, because
    // the contract grows.
    io: 'input',
    uri: addressOf,
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return Object.fromEntries(
    // The `$id` is left out, because references would be resolved against it.
    Object.entries(schemas).map(([name, { $schema, $id, ...schema }]) => [name, schema]),
  );
}

/** @throws when the shape has no name. */
export function referenceTo(schema: z.ZodType): JsonSchema {
  const name = registry.get(schema)?.id;
  if (name === undefined) throw new Error('a shape of the protocol has no name in its documentation');
  return { $ref: addressOf(name) };
}

/** `send_message` becomes `SendMessage`. */
export function pascalCase(event: string): string {
  return event.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

import { Socket as NetSocket } from 'node:net';
import { Parser } from '@asyncapi/parser';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { createAsyncApiDocument } from '../../../src/adapters/socketio/asyncapi.js';
import type { JsonSchema } from '../../../src/adapters/socketio/asyncapi-shapes.js';
import type { ClientEvent } from '../../../src/adapters/socketio/events/client-event.js';
import { CLIENT_EVENTS } from '../../../src/adapters/socketio/events/client-events.js';
import type { ServerEvent } from '../../../src/adapters/socketio/notifications/server-event.js';
import { SERVER_EVENTS } from '../../../src/adapters/socketio/notifications/server-events.js';
import { refuse, sentenceOf } from '../../../src/application/answers/refusal.js';
import type { ErrorCode } from '../../../src/protocol/wire.js';
import { namesIn, readText } from '../../architecture/documents.js';
import { complaintsAboutAnswer, complaintsAboutEvent, toSchema } from './conformance.js';

const document = createAsyncApiDocument({ version: '1.2.3' });
const sorted = (names: Iterable<string>): readonly string[] => [...names].sort();

/** What the parser of AsyncAPI has against a document. */
async function complaintsAbout(candidate: unknown): Promise<readonly string[]> {
  const { diagnostics } = await new Parser().parse(JSON.stringify(candidate));
  return (
    diagnostics
      // 3.1.0 brings nothing that is needed here, and fewer tools read it.
      .filter(({ code }) => code !== 'asyncapi-latest-version')
      .map(({ code, path, message }) => `${code} at ${path.join('.')}: ${message}`)
  );
}

function examplesOf(schema: z.ZodType): readonly unknown[] {
  const examples = schema.meta()?.['examples'];
  expect(examples).not.toHaveLength(0);
  return examples as unknown[];
}

type WithExamples = JsonSchema & { readonly examples: readonly unknown[] };

/** The schemas within that bring examples. */
function partsWithExamples(value: unknown): readonly WithExamples[] {
  if (typeof value !== 'object' || value === null) return [];
  const within = Object.values(value).flatMap(partsWithExamples);
  return 'examples' in value ? [value as WithExamples, ...within] : within;
}

/** A copy with a text in it replaced. */
function planted(text: string, replacement: string): unknown {
  const original = JSON.stringify(document);
  expect(original).toContain(text);
  return JSON.parse(original.replace(text, replacement));
}

afterEach(() => vi.restoreAllMocks());

describe('the AsyncAPI document', () => {
  it('is valid to the parser of AsyncAPI, which asks the network for nothing', async () => {
    const connect = vi.spyOn(NetSocket.prototype, 'connect');
    const fetched = vi.spyOn(globalThis, 'fetch');
    expect(await complaintsAbout(document)).toEqual([]);
    expect(connect).not.toHaveBeenCalled();
    expect(fetched).not.toHaveBeenCalled();
  });

  it.each([
    ['an action that there is not', '"action":"receive"', '"action":"listen"'],
    ['a reference to nothing', '"#/components/schemas/Message"', '"#/components/schemas/Massage"'],
    [
      'an operation with the message of another channel',
      '"#/channels/connection/messages/TypingRequest"}]',
      '"#/channels/consultation/messages/TypingEvent"}]',
    ],
    ['a field that there is not', '"defaultContentType"', '"contentType"'],
  ])('would not be valid with %s', async (_, text, replacement) => {
    expect(await complaintsAbout(planted(text, replacement))).not.toEqual([]);
  });

  it('bears the version of the server', () => {
    expect(document).toMatchObject({ asyncapi: '3.0.0', info: { version: '1.2.3' } });
  });

  it('is the same each time, and plain JSON', () => {
    const again: unknown = createAsyncApiDocument({ version: '1.2.3' });
    expect(again).toEqual(document);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it('names every event there is, and no other', async () => {
    const wire = await readText('src/protocol/wire.ts');
    const namesOf = (action: 'send' | 'receive') =>
      Object.values(document.operations)
        .filter((operation) => operation.action === action)
        .flatMap(({ messages }) => messages)
        .map(({ $ref }) => document.components.messages[$ref.split('/').at(-1) ?? '']?.name ?? '');

    expect(sorted(namesOf('receive'))).toEqual(sorted(['connect', ...namesIn(wire, 'ClientToServerEvents')]));
    expect(sorted(namesOf('send'))).toEqual(sorted(namesIn(wire, 'ServerToClientEvents')));
  });

  it('tells every code there is, its sentence and what it carries', async () => {
    const codes = namesIn(await readText('src/protocol/wire.ts'), 'ErrorCode') as ErrorCode[];
    expect(document.components.schemas).toMatchObject({
      WireError: {
        properties: {
          code: { enum: expect.toSatisfy((told: string[]) => sorted(told).join() === sorted(codes).join()) },
        },
      },
    });
    for (const code of codes) {
      expect(document.info.description).toContain(`| \`${code}\` | ${sentenceOf(refuse(code))} |`);
    }
    expect(document.info.description).toContain(
      '| `rate.limited` | You are doing this too often. Try again later. | `retryAfterMs` |',
    );
  });

  it.each(Object.entries<ClientEvent>(CLIENT_EVENTS))(
    'has examples of %s and of its answer',
    (event, { payload, answer }) => {
      // What a schema does not know it leaves out.
      for (const example of examplesOf(payload)) expect(payload.parse(example)).toEqual(example);
      for (const example of examplesOf(answer)) expect(complaintsAboutAnswer(event, example)).toEqual([]);
    },
  );

  it.each(Object.entries<ServerEvent>(SERVER_EVENTS))('has examples of %s', (event, { payload }) => {
    for (const example of examplesOf(payload)) expect(complaintsAboutEvent(event, [example])).toEqual([]);
  });

  it('has examples that its own schemas accept', () => {
    const parts = partsWithExamples(document.components.schemas);
    expect(parts.length).toBeGreaterThan(30);
    for (const part of parts) {
      const schema = toSchema(part);
      for (const example of part.examples) expect(schema.safeParse(example)).toMatchObject({ success: true });
    }
  });

  it('leaves what the server says open for more', () => {
    expect(JSON.stringify(document)).not.toContain('"additionalProperties":false');
  });
});

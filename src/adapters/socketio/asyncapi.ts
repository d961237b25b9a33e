import type { z } from 'zod';
import { refuse, sentenceOf } from '../../application/answers/refusal.js';
import { invariant } from '../../domain/invariant.js';
import { componentSchemas, type JsonSchema, pascalCase, referenceTo } from './asyncapi-shapes.js';
import { SOCKET_IO_PATH } from './chat-server.js';
import type { ClientEvent } from './events/client-event.js';
import { CLIENT_EVENTS } from './events/client-events.js';
import type { ServerEvent } from './notifications/server-event.js';
import { SERVER_EVENTS } from './notifications/server-events.js';
import { connectError, handshakeAuth } from './shapes/handshake.js';
import { ERROR_CODES, isErrorCode, refusal } from './shapes/wire-error.js';

/** A document as AsyncAPI 3.0 specifies it: https://www.asyncapi.com/docs/reference/specification/v3.0.0 */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly defaultContentType: string;
  readonly servers: Readonly<Record<string, object>>;
  readonly channels: Readonly<Record<string, Channel>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: {
    readonly messages: Readonly<Record<string, Message>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

interface Reference {
  readonly $ref: string;
}

interface Channel {
  /** null for the acknowledgement, which has no name: it belongs to the event that it answers. */
  readonly address: string | null;
  readonly title: string;
  readonly description: string;
  readonly messages: Readonly<Record<string, Reference>>;
  readonly parameters?: object;
  readonly bindings?: object;
}

interface Operation {
  readonly action: 'send' | 'receive';
  readonly summary: string;
  readonly channel: Reference;
  readonly messages: readonly Reference[];
  readonly reply?: { readonly channel: Reference; readonly messages: readonly Reference[] };
}

interface Message {
  /** The event's name on the wire. */
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly payload: JsonSchema;
  readonly examples?: readonly { readonly payload: unknown }[];
}

type ChannelName = 'connection' | 'consultation' | 'acknowledgement';

const clientEvents = Object.entries<ClientEvent>(CLIENT_EVENTS);
const serverEvents = Object.entries<ServerEvent>(SERVER_EVENTS);

/**
 * Makes the AsyncAPI document of the socket events from the schemas that check what clients send, and those against
 * which tests check what the server sends. The document takes the server's point of view: the server receives what
 * clients send.
 *
 * @param options.version the server's version, as in its package.
 * @param options.socketPath the path of Socket.IO; `SOCKET_IO_PATH` when left out.
 */
export function createAsyncApiDocument(options: {
  readonly version: string;
  readonly socketPath?: string | undefined;
}): AsyncApiDocument {
  return {
    asyncapi: '3.0.0',
    info: { title: 'Consultation chat: socket events', version: options.version, description: describe() },
    defaultContentType: 'application/json',
    servers: { chat: { ...SERVER, pathname: `${options.socketPath ?? SOCKET_IO_PATH}/` } },
    channels: channels(),
    operations: operations(),
    components: {
      messages: messages(),
      schemas: componentSchemas(),
      securitySchemes: { token: TOKEN },
    },
  };
}

const SERVER = {
  host: '{host}',
  protocol: 'ws',
  title: 'Socket.IO',
  description:
    'Socket.IO protocol 5 (any client of version 4) on the default namespace, over WebSocket or long polling; `wss` behind TLS. A plain WebSocket client does not get far: use a Socket.IO library.',
  variables: { host: { default: 'localhost:3000', description: 'Where the server listens.' } },
  security: [{ $ref: '#/components/securitySchemes/token' }],
};

const TOKEN = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description:
    "Given as `auth.token` in Socket.IO's handshake, never in the URL: `io(url, { auth: { token } })`. Not needed in demo mode.",
};

/** The name of the message in the document. It has a suffix, because an event of one name may go both ways. */
const requestOf = (event: string): string => `${pascalCase(event)}Request`;
const answerOf = (event: string): string => `${pascalCase(event)}Answer`;
const eventOf = (event: string): string => `${pascalCase(event)}Event`;
const channelOf = ({ to }: ServerEvent): ChannelName => (to === 'room' ? 'consultation' : 'connection');

function channels(): Record<ChannelName, Channel> {
  const sentTo = (channel: ChannelName): string[] =>
    serverEvents.filter(([, event]) => channelOf(event) === channel).map(([name]) => eventOf(name));
  return {
    connection: {
      address: '/',
      title: 'One connection',
      description: 'The default namespace: what one client sends, and what concerns its connection alone.',
      messages: fromComponents([
        'Connect',
        'ConnectError',
        ...clientEvents.map(([name]) => requestOf(name)),
        ...sentTo('connection'),
      ]),
      bindings: { ws: HANDSHAKE_REQUEST },
    },
    consultation: {
      address: 'consultation:{consultationId}',
      title: 'The room of a consultation',
      description: 'What everybody hears who has joined it. Clients join with `join_consultation`.',
      parameters: {
        consultationId: {
          description: "The consultation's id.",
          location: '$message.payload#/consultationId',
          examples: ['consultation-123'],
        },
      },
      messages: fromComponents(sentTo('consultation')),
    },
    acknowledgement: {
      address: null,
      title: 'The acknowledgement of an event',
      description:
        "What Socket.IO hands to the callback that was the event's last argument: exactly one answer, within 5 s.",
      messages: fromComponents([...clientEvents.map(([name]) => answerOf(name)), 'Refusal']),
    },
  };
}

const HANDSHAKE_REQUEST = {
  method: 'GET',
  query: {
    type: 'object',
    description: 'Added by the Socket.IO library.',
    required: ['EIO', 'transport'],
    properties: {
      EIO: { type: 'string', const: '4' },
      transport: { type: 'string', enum: ['websocket', 'polling'] },
    },
  },
  bindingVersion: '0.1.0',
};

function operations(): Readonly<Record<string, Operation>> {
  const connect: Operation = {
    action: 'receive',
    summary: 'Open a connection. Refused with a `connect_error`.',
    channel: { $ref: '#/channels/connection' },
    messages: inChannel('connection', ['Connect']),
    reply: {
      channel: { $ref: '#/channels/connection' },
      messages: inChannel('connection', ['ConnectError']),
    },
  };
  const received = clientEvents.map(([name, { summary }]): [string, Operation] => [
    `on${pascalCase(name)}`,
    {
      action: 'receive',
      summary,
      channel: { $ref: '#/channels/connection' },
      messages: inChannel('connection', [requestOf(name)]),
      reply: {
        channel: { $ref: '#/channels/acknowledgement' },
        messages: inChannel('acknowledgement', [answerOf(name), 'Refusal']),
      },
    },
  ]);
  const sent = serverEvents.map(([name, event]): [string, Operation] => [
    `emit${pascalCase(name)}`,
    {
      action: 'send',
      summary: event.summary,
      channel: { $ref: `#/channels/${channelOf(event)}` },
      messages: inChannel(channelOf(event), [eventOf(name)]),
    },
  ]);
  return { onConnect: connect, ...Object.fromEntries([...received, ...sent]) };
}

function messages(): Readonly<Record<string, Message>> {
  const requests = clientEvents.map(([name, { summary, payload }]): [string, Message] => [
    requestOf(name),
    describeMessage(name, `\`${name}\` from a client`, summary, payload),
  ]);
  const answers = clientEvents.map(([name, { answer }]): [string, Message] => [
    answerOf(name),
    describeMessage(
      name,
      `The answer to \`${name}\``,
      'What the acknowledgement of a success holds.',
      answer,
    ),
  ]);
  const events = serverEvents.map(([name, { summary, payload }]): [string, Message] => [
    eventOf(name),
    describeMessage(name, `\`${name}\` from the server`, summary, payload),
  ]);
  return {
    Connect: describeMessage('connect', 'The handshake', 'Opens a connection.', handshakeAuth),
    ConnectError: describeMessage(
      'connect_error',
      'The handshake is refused',
      'What the client library hands to `connect_error`: an Error with `data`.',
      connectError,
    ),
    ...Object.fromEntries([...requests, ...answers, ...events]),
    Refusal: describeMessage(
      'refusal',
      'The answer of a refusal',
      'What the acknowledgement holds when the event was refused. Without a callback it is an `error` event.',
      refusal,
    ),
  };
}

function describeMessage(name: string, title: string, summary: string, payload: z.ZodType): Message {
  const examples = payload.meta()?.['examples'];
  return {
    name,
    title,
    summary,
    payload: referenceTo(payload),
    ...(Array.isArray(examples)
      ? { examples: examples.map((example: unknown) => ({ payload: example })) }
      : {}),
  };
}

function fromComponents(names: readonly string[]): Record<string, Reference> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
}

function inChannel(channel: ChannelName, names: readonly string[]): readonly Reference[] {
  return names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }));
}

function describe(): string {
  const rows = Object.entries(ERROR_CODES).map(([code, { carries, note }]) => {
    invariant(isErrorCode(code), 'the table of codes holds codes');
    const fields = carries.map((field) => `\`${field}\``).join(', ');
    return `| \`${code}\` | ${sentenceOf(refuse(code))} | ${fields} | ${note} |`;
  });
  return [
    'A patient and a doctor talk in real time, inside a consultation, and only while they may.',
    'The contract only grows: events, fields and codes are added, never renamed or removed. Ignore what you do not know.',
    'Every event that a client sends takes an acknowledgement callback as its last argument. Without one a success is silent, and a refusal comes as an `error` event.',
    '## Errors',
    ['| code | sentence | carries | |', '|---|---|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}

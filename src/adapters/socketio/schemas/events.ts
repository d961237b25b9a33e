import { z } from 'zod';
import type { ClientToServerEvents, ServerToClientEvents } from '../../../protocol/wire.js';
import {
  authenticateAnswer,
  joinAnswer,
  leaveAnswer,
  markReadAnswer,
  pageAnswer,
  sendAnswer,
  typingAnswer,
} from './answers.js';
import {
  authenticateSchema,
  joinSchema,
  leaveSchema,
  markReadSchema,
  pageSchema,
  sendSchema,
  typingSchema,
} from './client-events.js';
import { wireError } from './errors.js';
import {
  consultation,
  consultationHead,
  doctorAway,
  doctorReady,
  message,
  messagesRead,
  presence,
  typing,
} from './payloads.js';
import { id, sender } from './values.js';

export interface ClientEvent {
  readonly summary: string;
  readonly payload: z.ZodType;
  /** The acknowledgement of a success. A refusal's is the same for all. */
  readonly answer: z.ZodType;
}

/** What clients may send, and what they are answered. */
export const CLIENT_EVENTS = {
  join_consultation: {
    summary: 'Join the room of a consultation, and catch up. Joining again fetches more.',
    payload: z.union([id, joinSchema]).meta({
      description: 'The id alone, or with where to catch up from.',
      examples: ['consultation-123', { consultationId: 'consultation-123', after: 1 }],
    }),
    answer: joinAnswer,
  },
  leave_consultation: {
    summary: 'Leave the room of a consultation. Leaving where one is not is no error.',
    payload: z.union([id, leaveSchema]).meta({
      description: 'The id, alone or in an object.',
      examples: ['consultation-123', { consultationId: 'consultation-123' }],
    }),
    answer: leaveAnswer,
  },
  send_message: {
    summary: 'Send a message. It is stored, and only then answered and broadcast.',
    payload: sendSchema,
    answer: sendAnswer,
  },
  get_messages: {
    summary: 'Read the messages of a consultation, a page at a time. Needs no joining.',
    payload: pageSchema,
    answer: pageAnswer,
  },
  mark_read: {
    summary: 'Say how far one has read. The mark is stored and never goes back.',
    payload: markReadSchema,
    answer: markReadAnswer,
  },
  typing: {
    summary: 'Say that one types, or has stopped, in a consultation that this connection has joined.',
    payload: typingSchema,
    answer: typingAnswer,
  },
  authenticate: {
    summary: 'Hand in a fresh token without connecting anew.',
    payload: authenticateSchema,
    answer: authenticateAnswer,
  },
} as const satisfies Readonly<Record<keyof ClientToServerEvents, ClientEvent>>;

export interface ServerEvent {
  readonly summary: string;
  readonly payload: z.ZodType;
  /** The room of the consultation, or the one connection that it concerns. */
  readonly to: 'room' | 'connection';
}

/** What the server may send. */
export const SERVER_EVENTS = {
  new_message: {
    summary: "A message was stored; to everybody in the room, the sender's own connections too.",
    payload: message,
    to: 'room',
  },
  doctor_ready: {
    summary:
      'The doctor is on duty: the moment the schedule opens, then on every tick (60 s by default). At once to a connection that joins.',
    payload: doctorReady,
    to: 'room',
  },
  doctor_away: {
    summary: 'The schedule has closed; to the rooms of consultations that would accept messages.',
    payload: doctorAway,
    to: 'room',
  },
  user_joined: {
    summary: 'A person came, with the first of their connections; to the others in the room.',
    payload: presence,
    to: 'room',
  },
  user_left: {
    summary:
      'A person went, with the last of their connections, a dropped one too; to the others in the room.',
    payload: presence,
    to: 'room',
  },
  typing: {
    summary: 'Somebody types, or stopped; to the others in the room.',
    payload: typing,
    to: 'room',
  },
  messages_read: {
    summary: 'A party has read up to a message; to everybody in the room.',
    payload: messagesRead,
    to: 'room',
  },
  consultation_head: {
    summary: 'Which message is the last, on every tick; to everybody in the room.',
    payload: consultationHead,
    to: 'room',
  },
  consultation_updated: {
    summary:
      'The consultation was opened, extended, ended, reopened, or ran out and was deactivated; to everybody in the room.',
    payload: consultation,
    to: 'room',
  },
  error: {
    summary:
      'An event without an acknowledgement was refused, or the connection is about to be closed; to that connection alone.',
    payload: wireError,
    to: 'connection',
  },
} as const satisfies Readonly<Record<keyof ServerToClientEvents, ServerEvent>>;

/** What a client may show in the handshake: the `auth` option of its Socket.IO library. */
export const handshakeAuth = z
  .object({
    token: authenticateSchema.shape.token.nullish(),
    sender: sender.nullish().meta({
      description: 'As whom the connection speaks. With a token: only as the party that the token names.',
    }),
  })
  .meta({
    description:
      "The handshake's `auth`. A token never travels in the URL, which would be logged on its way.",
    examples: [{ token: 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl' }, { sender: 'doctor' }],
  });

/** What a client library hands to `connect_error` when the handshake is refused. */
export const connectError = z.strictObject({ message: wireError.shape.message, data: wireError }).meta({
  description: 'The handshake was refused.',
  examples: [
    {
      message: 'This sign-in is not valid.',
      data: { code: 'auth.invalid', message: 'This sign-in is not valid.' },
    },
  ],
});

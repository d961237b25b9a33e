import { z } from 'zod';
import { refuse } from '../../../application/answers/refusal.js';
import { MAX_PAGE_MESSAGES, type MessagePage } from '../../../application/conversation/get-messages.js';
import type { Session } from '../../../application/sessions/sessions.js';
import type { GetMessagesAnswer } from '../../../protocol/wire.js';
import { must } from '../../edge/must.js';
import { toWireMessages } from '../../edge/wire-message.js';
import { headSeq, messages } from '../shapes/message.js';
import { id, seq } from '../shapes/values.js';
import { type ClientEvent, ok, parse } from './client-event.js';

type Asked = Parameters<Session['getMessages']>[0];

/** Messages in a page when the client does not say how many. */
const DEFAULT_PAGE_MESSAGES = 50;

/** The answer to a connection that is behind in reading. After this pause it may have caught up. */
const READ_FIRST = refuse('rate.limited', { retryAfterMs: 1_000 });

const MUST_BE_A_LIMIT = `must be a whole number from 1 to ${MAX_PAGE_MESSAGES}`;
const limit = z
  .int({ error: must(MUST_BE_A_LIMIT) })
  .min(1, { error: must(MUST_BE_A_LIMIT) })
  .max(MAX_PAGE_MESSAGES, { error: must(MUST_BE_A_LIMIT) });

const payload = z
  .object({
    consultationId: id,
    after: seq.nullish().meta({ description: 'Messages with a greater `seq`, the first of them.' }),
    before: seq.nullish().meta({
      description: 'Messages with a smaller `seq`, the last of them. Not together with `after`.',
    }),
    limit: limit.nullish().meta({ description: 'How many at most; 50 when left out.' }),
  })
  .refine((page) => (page.after ?? null) === null || (page.before ?? null) === null, {
    path: ['before'],
    error: 'cannot go together with after',
  })
  .meta({
    description: 'A page of messages: at most one of `after` and `before`; without either the newest.',
    examples: [{ consultationId: 'consultation-123', before: 51, limit: 50 }],
  });

const answer = z
  .strictObject({
    ok,
    messages: messages.meta({ description: 'In the order of `seq`.' }),
    headSeq,
    hasMore: z.boolean().meta({ description: 'Whether the same direction holds more.' }),
  })
  .meta({
    description: 'A page of messages.',
    examples: [{ ok: true, messages: [], headSeq: 0, hasMore: false }],
  });

export const getMessages = {
  summary: 'Read the messages of a consultation, a page at a time. Needs no joining.',
  payload,
  answer,
  rate: 'get_messages',
  read: (given) => {
    const parsed = parse(payload, given);
    if (parsed.outcome === 'refused') return parsed;
    const { consultationId, after, before, limit } = parsed.asked;
    const from = isGiven(after) ? { after } : isGiven(before) ? { before } : null;
    return { outcome: 'parsed', asked: { consultationId, from, limit: limit ?? DEFAULT_PAGE_MESSAGES } };
  },
  ask: async (asked, request) => {
    if (request.isBehind()) return READ_FIRST;
    const page = await request.session.getMessages(asked);
    // Earlier pages may have been sent while this one was read.
    return page.outcome === 'page' && request.isBehind() ? READ_FIRST : page;
  },
  toWire: ({ messages, headSeq, hasMore }) => ({ messages: toWireMessages(messages), headSeq, hasMore }),
} as const satisfies ClientEvent<Asked, MessagePage, GetMessagesAnswer>;

function isGiven(value: number | null | undefined): value is number {
  return value !== null && value !== undefined;
}

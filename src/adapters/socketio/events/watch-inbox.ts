import { z } from 'zod';
import { MAX_PAGE_ITEMS, MUST_BE_A_CURSOR } from '../../../application/answers/answer.js';
import { MUST_BE_A_PERSON_ID, PERSON_ID_PATTERN } from '../../../application/ports/identity.js';
import type { InboxPage } from '../../../application/room/watch-inbox.js';
import type { Session } from '../../../application/sessions/sessions.js';
import { isoOf } from '../../../domain/instant.js';
import type { WatchInboxAnswer } from '../../../protocol/wire.js';
import { must } from '../../edge/must.js';
import { senderClaimOf } from '../shapes/handshake.js';
import { INBOX_ITEM_EXAMPLE, inboxItem, toWireInboxItem } from '../shapes/inbox-item.js';
import { instant, sender } from '../shapes/values.js';
import { type ClientEvent, ok, parse } from './client-event.js';

type Asked = Parameters<Session['watchInbox']>[0];

const DEFAULT_PAGE_ITEMS = 50;
/** The longest cursor that is read, in characters. The server's own cursors are far shorter. */
const MAX_CURSOR_LENGTH = 1_024;

const mustBeACursor = must(MUST_BE_A_CURSOR);
const mustBeALimit = must(`must be a whole number from 1 to ${MAX_PAGE_ITEMS}`);

const payload = z
  .object({
    sort: z
      .enum(['waiting', 'activity'], { error: must('must be "waiting" or "activity"') })
      .nullish()
      .meta({
        description:
          '`waiting`, when left out: whoever has waited longest first, then the others by activity. `activity`: the last message, or the opening, first.',
      }),
    after: z
      .string({ error: mustBeACursor })
      .max(MAX_CURSOR_LENGTH, { error: mustBeACursor })
      .nullish()
      .meta({ description: 'The `nextCursor` of the page before.' }),
    limit: z
      .int({ error: mustBeALimit })
      .min(1, { error: mustBeALimit })
      .max(MAX_PAGE_ITEMS, { error: mustBeALimit })
      .nullish()
      .meta({ description: `How many at most; ${DEFAULT_PAGE_ITEMS} when left out.` }),
    sender: sender
      .nullish()
      .meta({ description: 'In demo mode, where nobody vouches for anybody: whose inbox.' }),
    userId: z
      .string({ error: must(MUST_BE_A_PERSON_ID) })
      .regex(PERSON_ID_PATTERN, { error: must(MUST_BE_A_PERSON_ID) })
      .nullish()
      .meta({ description: 'In demo mode: the id of that person.' }),
  })
  .meta({
    description: 'A page of the own inbox.',
    examples: [{ sort: 'waiting', limit: 50 }],
  });

export const watchInbox = {
  summary: 'Read a page of the own inbox, and hear of every change in it from now on.',
  payload,
  answer: z
    .strictObject({
      ok,
      items: z.array(inboxItem),
      nextCursor: z
        .string()
        .nullable()
        .meta({ description: 'The `after` of the next page; null on the last one.' }),
      now: instant.meta({
        description:
          'The time of the server when it answered, ISO 8601 in UTC with milliseconds: it tells how far off the clock of the client is.',
      }),
    })
    .meta({
      description: 'A page of it.',
      examples: [
        { ok: true, items: [INBOX_ITEM_EXAMPLE], nextCursor: null, now: '2026-03-29T07:00:00.000Z' },
      ],
    }),
  // Counted as a read, together with `get_messages`.
  rate: 'get_messages',
  read: (given) => {
    const parsed = parse(payload, given);
    if (parsed.outcome === 'refused') return parsed;
    const { sort, after, limit, sender = null, userId = null } = parsed.asked;
    const asked = {
      sort: sort ?? 'waiting',
      after: after === undefined || after === null ? null : Buffer.from(after, 'base64url').toString(),
      limit: limit ?? DEFAULT_PAGE_ITEMS,
      sender,
      userId,
    } as const;
    return { outcome: 'parsed', asked };
  },
  ask: ({ sender, ...asked }, request) => {
    const claimed = sender ?? senderClaimOf(request.handshake.auth);
    return request.session.watchInbox({ ...asked, sender: claimed });
  },
  toWire: ({ items, next, now }) => ({
    items: items.map(toWireInboxItem),
    nextCursor: next === null ? null : Buffer.from(next).toString('base64url'),
    now: isoOf(now),
  }),
} as const satisfies ClientEvent<Asked, InboxPage, WatchInboxAnswer>;

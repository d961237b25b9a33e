import { z } from 'zod';
import { MAX_PAGE_ITEMS, MUST_BE_A_CURSOR, type PageRequest } from '../../../application/answers/answer.js';
import { placeOfText } from '../../../application/lookup/summary-place.js';
import type { SummaryOrder } from '../../../application/ports/directory.js';
import { PERSON_ID_PATTERN } from '../../../application/ports/identity.js';
import { must } from '../../edge/must.js';
import { documented } from './api-schemas.js';
import { queryInteger } from './fields.js';

const DEFAULT_PAGE_ITEMS = 50;

/** The lists there are: a cursor of one of them is none of another. */
export type ListName =
  | 'doctors'
  | 'patients'
  | 'consultations'
  | 'consultations-waiting'
  | 'consultations-activity'
  | 'events'
  | 'access-log';

/** What stands behind the name of each list: whatever else a cursor holds, nobody was given it. */
const IS_POSITION: Readonly<Record<ListName, (text: string) => boolean>> = {
  doctors: matching(PERSON_ID_PATTERN),
  patients: matching(PERSON_ID_PATTERN),
  consultations: placeIn('id'),
  'consultations-waiting': placeIn('waiting'),
  'consultations-activity': placeIn('activity'),
  // A version: no stream comes near the end of the 32-bit integer that it is stored as.
  events: matching(/^[1-9]\d{0,8}$/),
  // A cursor of its own.
  'access-log': matching(/^[A-Za-z0-9_-]+$/),
};

function matching(pattern: RegExp) {
  return (text: string): boolean => pattern.test(text);
}

function placeIn(order: SummaryOrder) {
  return (text: string): boolean => placeOfText(order, text) !== null;
}

/** Characters of a cursor; ours stay far below. */
const MAX_CURSOR_LENGTH = 1_024;

/** How many things a page holds, 50 when nobody says. */
export const limit = () =>
  documented(
    queryInteger(1, MAX_PAGE_ITEMS, { description: 'How many at most; 50 when left out.' }).optional(),
    {
      default: DEFAULT_PAGE_ITEMS,
    },
  );

/** `after`, which is a cursor of one of the lists, and `limit`. */
export function pageQuery(...lists: readonly [ListName, ...ListName[]]) {
  const error = must(MUST_BE_A_CURSOR);
  const after = z
    .string({ error })
    .max(MAX_CURSOR_LENGTH, { error })
    .refine((cursor) => lists.some((list) => isCursorOf(list, cursor)), { error });
  return {
    after: documented(after, { description: 'The `nextCursor` of the page before.' }).optional(),
    limit: limit(),
  };
}

/** The same, for the application. A query has been checked before. */
export function pageOf(
  list: ListName,
  query: { readonly after?: string | undefined; readonly limit?: number | undefined },
): PageRequest {
  const after = query.after === undefined ? null : decodeCursor(list, query.after);
  return { after, limit: query.limit ?? DEFAULT_PAGE_ITEMS };
}

export const limitOf = (given: number | undefined): number => given ?? DEFAULT_PAGE_ITEMS;

export function isCursorOf(list: ListName, cursor: string): boolean {
  return decodeCursor(list, cursor) !== null;
}

export function encodeCursor(list: ListName, next: string | null): string | null {
  return next === null ? null : Buffer.from(`${list} ${next}`).toString('base64url');
}

function decodeCursor(list: ListName, cursor: string): string | null {
  const [name, ...rest] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const position = rest.join(' ');
  // What is no base64url is skipped by the decoder: only the cursor that we write ourselves counts.
  const isOurs = name === list && encodeCursor(list, position) === cursor;
  return isOurs && IS_POSITION[list](position) ? position : null;
}

/** `{ items, nextCursor }`. */
export function pageSchema<Item extends z.ZodType>(item: Item, id: string) {
  return documented(
    z.object({
      items: z.array(item),
      nextCursor: documented(z.string().nullable(), {
        description: 'The `after` of the next page; null on the last one.',
      }),
    }),
    { id },
  );
}

import { z } from 'zod';
import { MAX_PAGE_ITEMS, MUST_BE_A_CURSOR, type PageRequest } from '../../../application/answers/answer.js';
import { placeOfText } from '../../../application/lookup/summary-place.js';
import type { SummaryOrder } from '../../../application/ports/directory.js';
import { PERSON_ID_PATTERN } from '../../../application/ports/identity.js';
import { must } from '../../edge/must.js';
import { documented } from './api-schemas.js';
import { queryInteger } from './fields.js';

const DEFAULT_PAGE_ITEMS = 50;

/** The lists of the API. A cursor of one list is not valid in another. */
export type ListName =
  | 'doctors'
  | 'patients'
  | 'consultations'
  | 'consultations-waiting'
  | 'consultations-activity'
  | 'events'
  | 'access-log';

/** The form of a position in each list. A cursor that holds anything else was never given out by this server. */
const IS_POSITION: Readonly<Record<ListName, (text: string) => boolean>> = {
  doctors: matching(PERSON_ID_PATTERN),
  patients: matching(PERSON_ID_PATTERN),
  consultations: placeIn('id'),
  'consultations-waiting': placeIn('waiting'),
  'consultations-activity': placeIn('activity'),
  // A version. It is stored as a 32-bit integer, and no stream comes near the end of that.
  events: matching(/^[1-9]\d{0,8}$/),
  // The port makes and checks these cursors itself.
  'access-log': matching(/^[A-Za-z0-9_-]+$/),
};

function matching(pattern: RegExp) {
  return (text: string): boolean => pattern.test(text);
}

function placeIn(order: SummaryOrder) {
  return (text: string): boolean => placeOfText(order, text) !== null;
}

/** In characters. The cursors that we give out are far shorter. */
const MAX_CURSOR_LENGTH = 1_024;

/** How many items a page holds at most; 50 when the query has no `limit`. */
export const limit = () =>
  documented(
    queryInteger(1, MAX_PAGE_ITEMS, { description: 'How many at most; 50 when left out.' }).optional(),
    {
      default: DEFAULT_PAGE_ITEMS,
    },
  );

/** The parameters `after`, a cursor of one of these lists, and `limit`. */
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

/** Turns a query that has been checked into what the application takes. */
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
  // The decoder skips characters that are not base64url, so we encode the result again and accept only the same text.
  const isOurs = name === list && encodeCursor(list, position) === cursor;
  return isOurs && IS_POSITION[list](position) ? position : null;
}

/** The schema of a page: `{ items, nextCursor }`. */
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

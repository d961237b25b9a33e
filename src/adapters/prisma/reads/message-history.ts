import {
  MAX_PAGE_BYTES,
  type MessageHistory,
  type StoredMessage,
} from '../../../application/ports/message-history.js';
import type { Sender } from '../../../domain/consultation/events.js';
import { invariant } from '../../../domain/invariant.js';
import { createBatchedRead, NOT_YET } from '../batching/batched-read.js';
import type { Database } from '../connection/database.js';

/** How many pages are read by one statement. */
const MAX_KEYS = 25;
/**
 * When a statement has read so many bytes of contents, it leaves its other pages to the next statement. So many small
 * pages are read together, and no page waits for more than three large ones of others.
 */
const MAX_STATEMENT_BYTES = 512 * 1024;

interface Page {
  readonly consultationId: string;
  /** The message with this `seq` is not part of the page. */
  readonly bound: number;
  readonly limit: number;
}

interface PageRow {
  /** The place of the page, counted from 1. */
  readonly n: number;
  /** Whether the page is left to the next statement. */
  readonly is_left: boolean;
  /** In the order of `seq`. */
  readonly messages: readonly MessageRow[];
}

/** An array, because field names would cost more to write and to read than the values. */
type MessageRow = readonly [
  seq: number,
  messageId: string,
  sender: Sender,
  /** null in a page that is left to the next statement. */
  content: string | null,
  clientMessageId: string | null,
  sentAtMs: number,
];

/** Each page is a range of the primary key's index, however long the consultation. */
const PAGES = {
  after: pagesOf('m.seq > q.bound', 'ASC'),
  before: pagesOf('m.seq < q.bound', 'DESC'),
} as const;

type Direction = keyof typeof PAGES;

/** Greater than every `seq` that fits its column. */
const BEHIND_THE_LAST = 2 ** 31;

export function createPrismaMessageHistory(database: Database): MessageHistory {
  const reading = (direction: Direction) =>
    createBatchedRead<Page, StoredMessage[]>({
      maxKeys: MAX_KEYS,
      // After an outage, both parties of a consultation ask for the same page.
      nameOf: ({ consultationId, bound, limit }) => `${bound} ${limit} ${consultationId}`,
      readMany: async (pages) => {
        // This goes to the pool directly, because Prisma would read each of the many values twice.
        const { rows } = await database.pool.query<PageRow>(PAGES[direction], [
          pages.map(({ consultationId }) => consultationId),
          pages.map(({ bound }) => bound),
          pages.map(({ limit }) => limit),
        ]);
        return pagesIn(rows, pages);
      },
    });
  const readAfter = reading('after');
  const readBefore = reading('before');
  return {
    after: (consultationId, after, limit) => readAfter({ consultationId, bound: after, limit }),
    before: (consultationId, before, limit) =>
      readBefore({ consultationId, bound: before ?? BEHIND_THE_LAST, limit }),
  };
}

/**
 * The lengths are known without the contents, which PostgreSQL keeps outside of the rows if they are long. Contents
 * that do not fit into the page, or into the statement, are therefore not read. A page comes as one value in JSON,
 * because reading 200 rows of seven columns takes the server several times as long.
 */
function pagesOf(condition: string, order: 'ASC' | 'DESC'): string {
  return `
    SELECT n, bool_or(ahead >= ${MAX_STATEMENT_BYTES}) AS is_left,
           json_agg(json_build_array(seq, message_id, sender, CASE WHEN ahead < ${MAX_STATEMENT_BYTES} THEN content END,
                                     client_message_id, sent_at_ms) ORDER BY seq) AS messages
    FROM (
      SELECT q.n::int AS n, page.*,
             sum(page.bytes) OVER (ORDER BY q.n, page.seq ${order} ROWS UNBOUNDED PRECEDING) - page.total AS ahead
      FROM unnest($1::text[], $2::bigint[], $3::int[]) WITH ORDINALITY AS q(id, bound, size, n)
      CROSS JOIN LATERAL (
        SELECT nearest.*,
               sum(bytes) OVER (ORDER BY consultation_id ${order}, seq ${order} ROWS UNBOUNDED PRECEDING) AS total
        FROM (
          SELECT m.consultation_id, m.seq, m.message_id, m.sender, m.content, m.client_message_id,
                 (extract(epoch from m.sent_at) * 1000)::float8 AS sent_at_ms, octet_length(m.content) AS bytes
          FROM messages m WHERE m.consultation_id = q.id AND ${condition}
          ORDER BY m.consultation_id ${order}, m.seq ${order} LIMIT q.size
        ) AS nearest
      ) AS page
      WHERE page.total - page.bytes < ${MAX_PAGE_BYTES}
    ) AS found
    WHERE ahead < ${MAX_STATEMENT_BYTES} OR total = bytes
    GROUP BY n`;
}

function pagesIn(rows: readonly PageRow[], pages: readonly Page[]): (StoredMessage[] | typeof NOT_YET)[] {
  const answers = pages.map((): StoredMessage[] | typeof NOT_YET => []);
  for (const { n, is_left: isLeft, messages } of rows) {
    const page = pages[n - 1];
    invariant(page !== undefined, 'only pages that were asked for come');
    answers[n - 1] = isLeft ? NOT_YET : messages.map((row) => messageOf(page.consultationId, row));
  }
  return answers;
}

function messageOf(consultationId: string, row: MessageRow): StoredMessage {
  const [seq, messageId, sender, content, clientMessageId, sentAt] = row;
  invariant(content !== null, 'a page that is not left has contents');
  return { messageId, consultationId, seq, sender, content, clientMessageId, sentAt };
}

import {
  MAX_PAGE_BYTES,
  type MessageHistory,
  type StoredMessage,
} from '../../application/ports/message-history.js';
import type { Sender } from '../../domain/consultation/events.js';
import { createBatchedRead, NOT_YET } from './batched-read.js';
import type { Database } from './database.js';

/** Pages in one statement. */
const MAX_KEYS = 25;
/**
 * Bytes of contents, after which a statement leaves the rest of its pages to the next one. Many small pages go together,
 * and nobody's waits for more than three large ones of others.
 */
const MAX_STATEMENT_BYTES = 512 * 1024;

interface Page {
  readonly consultationId: string;
  /** Left out itself. */
  readonly bound: number;
  readonly limit: number;
}

interface MessageRow {
  readonly n: number;
  readonly seq: number;
  readonly message_id: string;
  readonly sender: string;
  /** null in the only row of a page that is left to the next statement. */
  readonly content: string | null;
  readonly client_message_id: string | null;
  readonly sent_at_ms: number;
}

/** Each page is a range of the primary key's index, however long the consultation. */
const PAGES = {
  after: pagesOf('m.seq > q.bound', 'ASC'),
  before: pagesOf('m.seq < q.bound', 'DESC'),
} as const;

type Direction = keyof typeof PAGES;

/** Behind every `seq` that fits its column. */
const BEHIND_THE_LAST = 2 ** 31;

export function createPrismaMessageHistory(database: Database): MessageHistory {
  const reading = (direction: Direction) =>
    createBatchedRead<Page, StoredMessage[]>({
      maxKeys: MAX_KEYS,
      readMany: async (pages) => {
        // Below Prisma, which would read each of the many values twice.
        const { rows } = await database.pool.query<MessageRow>(PAGES[direction], [
          pages.map(({ consultationId }) => consultationId),
          pages.map(({ bound }) => bound),
          pages.map(({ limit }) => limit),
        ]);
        return pagesIn(rows, pages, direction);
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
 * The lengths are known without the contents, which PostgreSQL keeps beside the rows where they are long: what does not
 * go into the page, or into the statement, is not read.
 */
function pagesOf(condition: string, order: 'ASC' | 'DESC'): string {
  return `
    SELECT n, seq, message_id, sender, CASE WHEN ahead < ${MAX_STATEMENT_BYTES} THEN content END AS content,
           client_message_id, sent_at_ms
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
    ORDER BY n, seq ${order}`;
}

function pagesIn(
  rows: readonly MessageRow[],
  pages: readonly Page[],
  direction: Direction,
): (StoredMessage[] | typeof NOT_YET)[] {
  const answers = pages.map((): StoredMessage[] | typeof NOT_YET => []);
  for (const row of rows) {
    const place = row.n - 1;
    const answer = answers[place];
    const consultationId = pages[place]?.consultationId;
    if (consultationId === undefined || answer === undefined || answer === NOT_YET) continue;
    if (row.content === null) answers[place] = NOT_YET;
    else answer.push(messageOf(consultationId, row, row.content));
  }
  if (direction === 'before') for (const answer of answers) if (answer !== NOT_YET) answer.reverse();
  return answers;
}

function messageOf(consultationId: string, row: MessageRow, content: string): StoredMessage {
  return {
    messageId: row.message_id,
    consultationId,
    seq: row.seq,
    sender: row.sender as Sender,
    content,
    clientMessageId: row.client_message_id,
    sentAt: row.sent_at_ms,
  };
}

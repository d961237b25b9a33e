import type { MessageHistory, StoredMessage } from '../../application/ports/message-history.js';
import type { Sender } from '../../domain/consultation/events.js';
import { createBatchedRead } from './batched-read.js';
import type { Database } from './database.js';

/** Pages in one statement: with 200 messages each, some megabytes. */
const MAX_KEYS = 25;

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
  readonly content: string;
  readonly client_message_id: string | null;
  readonly sent_at_ms: number;
}

/** Each page is a range of the primary key's index, however long the consultation. */
const PAGES = {
  after: pagesOf('m.seq > q.bound', 'ASC'),
  before: pagesOf('m.seq < q.bound', 'DESC'),
} as const;

/** Behind every `seq` that fits its column. */
const BEHIND_THE_LAST = 2 ** 31;

export function createPrismaMessageHistory(database: Database): MessageHistory {
  const reading = (sql: string) =>
    createBatchedRead<Page, StoredMessage[]>({
      maxKeys: MAX_KEYS,
      readMany: async (pages) => {
        const rows = await database.$queryRawUnsafe<MessageRow[]>(
          sql,
          pages.map(({ consultationId }) => consultationId),
          pages.map(({ bound }) => bound),
          pages.map(({ limit }) => limit),
        );
        const answers = pages.map((): StoredMessage[] => []);
        for (const row of rows) {
          const page = pages[row.n - 1];
          if (page !== undefined) answers[row.n - 1]?.push(messageOf(page.consultationId, row));
        }
        return answers;
      },
    });
  const readAfter = reading(PAGES.after);
  const readBefore = reading(PAGES.before);
  return {
    after: (consultationId, after, limit) => readAfter({ consultationId, bound: after, limit }),
    before: (consultationId, before, limit) =>
      readBefore({ consultationId, bound: before ?? BEHIND_THE_LAST, limit }),
  };
}

function pagesOf(condition: string, order: 'ASC' | 'DESC'): string {
  return `
    SELECT q.n::int AS n, page.* FROM unnest($1::text[], $2::bigint[], $3::int[]) WITH ORDINALITY AS q(id, bound, size, n)
    CROSS JOIN LATERAL (
      SELECT m.seq, m.message_id, m.sender, m.content, m.client_message_id,
             (extract(epoch from m.sent_at) * 1000)::float8 AS sent_at_ms
      FROM messages m WHERE m.consultation_id = q.id AND ${condition}
      ORDER BY m.consultation_id ${order}, m.seq ${order} LIMIT q.size
    ) AS page
    ORDER BY q.n, page.seq`;
}

function messageOf(consultationId: string, row: MessageRow): StoredMessage {
  return {
    messageId: row.message_id,
    consultationId,
    seq: row.seq,
    sender: row.sender as Sender,
    content: row.content,
    clientMessageId: row.client_message_id,
    sentAt: row.sent_at_ms,
  };
}

import type { MessageHistory, StoredMessage } from '../../application/ports/message-history.js';
import type { Sender } from '../../domain/consultation/events.js';
import type { Database } from './database.js';

export function createPrismaMessageHistory(database: Database): MessageHistory {
  async function page(
    where: { consultationId: string; seq?: { gt: number } | { lt: number } },
    order: 'asc' | 'desc',
    limit: number,
  ): Promise<StoredMessage[]> {
    const rows = await database.message.findMany({ where, orderBy: { seq: order }, take: limit });
    return rows.map(({ sentAt, sender, ...rest }) => ({
      ...rest,
      sender: sender as Sender,
      sentAt: sentAt.getTime(),
    }));
  }

  return {
    after: (consultationId, after, limit) => page({ consultationId, seq: { gt: after } }, 'asc', limit),
    before: async (consultationId, before, limit) => {
      const where = before === null ? { consultationId } : { consultationId, seq: { lt: before } };
      return (await page(where, 'desc', limit)).reverse();
    },
  };
}

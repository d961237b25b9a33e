import type { MessageHistory, StoredMessage } from '../../application/ports/message-history.js';
import type { Sender } from '../../domain/consultation/events.js';
import type { Database } from './database.js';

export function createPrismaMessageHistory(database: Database): MessageHistory {
  return {
    after: async (consultationId, after, limit): Promise<readonly StoredMessage[]> => {
      const rows = await database.message.findMany({
        where: { consultationId, seq: { gt: after } },
        orderBy: { seq: 'asc' },
        take: limit,
      });
      return rows.map(({ sentAt, sender, ...rest }) => ({
        ...rest,
        sender: sender as Sender,
        sentAt: sentAt.getTime(),
      }));
    },
  };
}

import type { MessageHistory } from '../../application/ports/message-history.js';
import type { MemoryLog } from './memory-log.js';

export function createMemoryMessageHistory(log: MemoryLog): MessageHistory {
  return {
    after: async (consultationId, after, limit) => {
      const from = Math.max(0, after);
      return log.messages(consultationId).slice(from, from + limit);
    },
    before: async (consultationId, before, limit) => {
      const messages = log.messages(consultationId);
      const end = Math.min(messages.length, before === null ? messages.length : Math.max(0, before - 1));
      return messages.slice(Math.max(0, end - limit), end);
    },
  };
}

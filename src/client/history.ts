import type { GetMessagesAnswer } from '../protocol/wire.js';
import { createRetry, type Retry } from './backoff.js';
import { ChatError, closedError, isPassing, refusedBy } from './chat-error.js';
import type { Environment } from './environment.js';
import { MAX_HISTORY_REQUESTS } from './limits.js';
import type { Transport } from './transport.js';

export interface HistoryPage {
  /** Messages with a smaller `seq`; the newest messages when left out. */
  readonly before?: number;
  /** 1 to 200; 50 when left out. */
  readonly limit?: number;
}

/** Reads pages of messages, and asks for each of them until the server gives it. */
export interface History {
  page(page: HistoryPage): Promise<GetMessagesAnswer>;
  connected(): void;
  close(): void;
}

interface Wanted {
  readonly page: HistoryPage;
  readonly retry: Retry;
  readonly resolve: (answer: GetMessagesAnswer) => void;
  readonly reject: (error: ChatError) => void;
}

export function createHistory(
  consultationId: string,
  transport: Transport,
  environment: Environment,
): History {
  const wanted = new Set<Wanted>();
  let isClosed = false;

  async function ask(one: Wanted): Promise<void> {
    if (!transport.isUp()) return;
    const { before, limit } = one.page;
    const answer = await transport.request('get_messages', {
      consultationId,
      before,
      limit,
    });
    // Without an answer the connection is lost, and the page is asked for again when it is back.
    if (answer === undefined || !wanted.has(one)) return;
    if (!answer.ok && isPassing(answer.error)) {
      one.retry.later(() => void ask(one), answer.error.retryAfterMs);
      return;
    }
    wanted.delete(one);
    one.retry.cancel();
    if (!answer.ok) return one.reject(refusedBy(answer.error));
    const { messages, headSeq, hasMore } = answer;
    one.resolve({ messages, headSeq, hasMore });
  }

  return {
    page: (page) => {
      if (isClosed) return Promise.reject(closedError());
      if (wanted.size >= MAX_HISTORY_REQUESTS) {
        return Promise.reject(new ChatError('client.busy', 'Too many pages are being asked for.'));
      }
      return new Promise((resolve, reject) => {
        const one = { page, retry: createRetry(environment), resolve, reject };
        wanted.add(one);
        void ask(one);
      });
    },
    connected: () => {
      for (const one of wanted) if (!one.retry.isWaiting()) void ask(one);
    },
    close: () => {
      isClosed = true;
      for (const { retry, reject } of wanted) {
        retry.cancel();
        reject(closedError());
      }
      wanted.clear();
    },
  };
}

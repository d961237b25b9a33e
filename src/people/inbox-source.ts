import type { ChatClient, Inbox } from '../client/index.js';
import { serverClock } from './early-answers.js';
import type { InboxSort, InboxState } from './inbox-list.js';

/** The list from the client library's inbox, with the time at which it was right. */
export interface InboxSource {
  readonly state: InboxState;
  sortBy(sort: InboxSort): void;
  loadMore(): Promise<void>;
  close(): void;
}

/** Enough for a whole day of a doctor, so that a search by name sees all of it. */
const PAGE_ITEMS = 200;

export function createInboxSource(client: ChatClient, sort: InboxSort, changed: () => void): InboxSource {
  let inbox = open(sort);
  let asOf: number | null = null;
  let isClosed = false;
  /** The list before its order was changed. It is shown until the server has sent the new one. */
  let before: Inbox['items'] | null = null;

  function open(by: InboxSort): Inbox {
    const opened = client.inbox({ sort: by, limit: PAGE_ITEMS });
    opened.onChange(() => {
      if (opened !== inbox || isClosed) return;
      if (opened.state === 'live') {
        asOf = serverClock.now();
        before = null;
      }
      changed();
    });
    return opened;
  }

  function stageNow(): InboxState['stage'] {
    if (inbox.state === 'refused') return 'refused';
    const isOnline = client.state.state === 'online';
    if (inbox.state === 'live' && isOnline) return 'live';
    if (asOf === null) return 'loading';
    return before === null || !isOnline ? 'offline' : 'live';
  }

  return {
    get state() {
      const items = before ?? inbox.items;
      return { stage: stageNow(), items, hasMore: inbox.hasMore, asOf, code: inbox.error?.code ?? null };
    },
    sortBy(by) {
      before = inbox.items;
      inbox.close();
      inbox = open(by);
    },
    loadMore: () => inbox.loadMore(),
    close() {
      isClosed = true;
      inbox.close();
    },
  };
}

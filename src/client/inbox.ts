import type { InboxItem, InboxSort, InboxUpdated, Sender, WireError } from '../protocol/wire.js';
import { createRetry } from './backoff.js';
import { type ChatError, isPassing, refusedBy } from './chat-error.js';
import { createEmitter, type Unsubscribe } from './emitter.js';
import type { Environment } from './environment.js';
import { byActivity, byWaiting } from './inbox-order.js';
import type { Transport } from './transport.js';

export interface InboxOptions {
  /** `waiting` when left out: those who have waited longest first. */
  readonly sort?: InboxSort;
  /** Consultations in a page, 1 to 200; 50 when left out. */
  readonly limit?: number;
  /** Whose inbox it is in demo mode, where nobody proves who they are. */
  readonly sender?: Sender;
  readonly userId?: string;
}

/** The user's own consultations, live. */
export interface Inbox {
  /**
   * The consultations in the order of `sort`: as many pages as were asked for, what is unread on the others (200 of them at
   * most), and everything that has changed since. Each change makes a new list.
   */
  readonly items: readonly InboxItem[];
  /** The number of unread messages in all of them together. */
  readonly unread: number;
  /** Whether the user has more consultations than were loaded. */
  readonly hasMore: boolean;
  /** `loading` until the first page has come; `stale` while the connection is lost. */
  readonly state: 'loading' | 'live' | 'stale' | 'refused' | 'closed';
  /** Why the server refuses it; null while it does not. */
  readonly error: ChatError | null;
  /** Loads one more page, unless one is being loaded. Resolves when nothing is being loaded any more. */
  loadMore(): Promise<void>;
  /** Stops the inbox. It changes no more. */
  close(): void;
  onChange(listener: () => void): Unsubscribe;
}

/** An inbox, together with the functions by which the client drives it. */
export interface DrivenInbox {
  readonly inbox: Inbox;
  connected(): void;
  connectionLost(): void;
  heard(updated: InboxUpdated): void;
}

export interface InboxDependencies {
  readonly options: InboxOptions;
  readonly transport: Transport;
  readonly environment: Environment;
  readonly problem: (error: unknown) => void;
  readonly closed: () => void;
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: short steps over one state, and its getters.
export function createInbox({
  options,
  transport,
  environment,
  problem,
  closed,
}: InboxDependencies): DrivenInbox {
  const { sort = 'waiting', ...question } = options;
  const changes = createEmitter<[]>(problem);
  const retry = createRetry(environment);
  const known = new Map<string, InboxItem>();
  let items: readonly InboxItem[] = [];
  let state: Inbox['state'] = 'loading';
  let error: ChatError | null = null;
  let cursor: string | null = null;
  /** How many consultations were loaded before the connection was lost. As many are loaded again. */
  let wanted = 0;
  let loading: Promise<void> | null = null;
  /** Rises whenever the answers to earlier questions no longer count. */
  let epoch = 0;

  function change(next: Inbox['state']): void {
    if (state === 'closed') return;
    state = next;
    items = [...known.values()].sort(sort === 'waiting' ? byWaiting : byActivity);
    changes.emit();
  }

  /**
   * Loads one page, or loads again all pages that were loaded before. Whatever is heard after an answer is newer than
   * the answer.
   */
  async function load(after: string | null): Promise<void> {
    const mine = epoch;
    const asked = { ...question, sort, ...(after !== null && { after }) };
    const answer = await transport.request('watch_inbox', asked);
    if (mine !== epoch || answer === undefined) return;
    if (!answer.ok) {
      putOffOrRefused(answer.error, after);
      return;
    }
    retry.reset();
    error = null;
    if (after === null) known.clear();
    cursor = answer.nextCursor;
    learn([...answer.items, ...(answer.moreUnread ?? [])], 'live');
    if (mine === epoch && cursor !== null && known.size < wanted) await load(cursor);
  }

  function putOffOrRefused(refusal: WireError, after: string | null): void {
    if (isPassing(refusal)) {
      retry.later(() => void begin(after), refusal.retryAfterMs);
      return;
    }
    error = refusedBy(refusal);
    change('refused');
  }

  function learn(told: readonly InboxItem[], next: Inbox['state']): void {
    for (const item of told) known.set(item.consultationId, item);
    change(next);
  }

  function begin(after: string | null): Promise<void> {
    const mine = load(after).finally(() => {
      if (loading === mine) loading = null;
    });
    loading = mine;
    return mine;
  }

  function forgetAnswers(): void {
    epoch += 1;
    loading = null;
    retry.cancel();
  }

  return {
    inbox: {
      get items() {
        return items;
      },
      get unread() {
        return items.reduce((sum, { unread }) => sum + unread, 0);
      },
      get hasMore() {
        return cursor !== null;
      },
      get state() {
        return state;
      },
      get error() {
        return error;
      },
      loadMore: () => loading ?? (state === 'live' && cursor !== null ? begin(cursor) : Promise.resolve()),
      close: () => {
        if (state === 'closed') return;
        forgetAnswers();
        state = 'closed';
        if (transport.isUp()) void transport.request('unwatch_inbox', {});
        changes.clear();
        closed();
      },
      onChange: changes.listen,
    },
    connected: () => {
      forgetAnswers();
      retry.reset();
      void begin(null);
    },
    connectionLost: () => {
      forgetAnswers();
      wanted = known.size;
      if (state === 'live') change('stale');
    },
    heard: ({ item }) => {
      // Before the first page it is not known which consultations belong to the list.
      if (state !== 'loading') learn([item], state);
    },
  };
}

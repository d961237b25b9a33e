import type { SendMessageAnswer } from '../protocol/wire.js';
import { ChatError, closedError } from './chat-error.js';
import { createDeferred, type Deferred } from './deferred.js';
import { invariant } from './invariant.js';
import { MAX_OUTBOX_MESSAGES } from './limits.js';
import type { OutboxStorage, WrittenMessage } from './outbox-storage.js';

/** A stored message, as the server names it: its id, its `seq`, and when it was stored (ISO 8601 in UTC). */
export type SentMessage = Pick<SendMessageAnswer, 'messageId' | 'seq' | 'sentAt'>;

/**
 * - `waiting`: goes out as soon as it may. `sending`: on the wire.
 * - `stored`, `refused`: settled, and no longer in the outbox.
 * - `elsewhere`: another tab that shares the storage has settled it. That tab was told how.
 */
export type OutgoingProgress =
  | { readonly state: 'waiting' }
  | { readonly state: 'sending' }
  | ({ readonly state: 'stored' } & SentMessage)
  | { readonly state: 'refused'; readonly error: ChatError }
  | { readonly state: 'elsewhere' };

/** A message that was written here, and how far it has got. */
export interface OutgoingMessage {
  readonly clientMessageId: string;
  readonly content: string;
  /** In epoch ms, by the clock of the device. */
  readonly writtenAt: number;
  readonly progress: OutgoingProgress;
}

export interface OutboxDependencies {
  readonly storage: OutboxStorage;
  readonly now: () => number;
  readonly changed: (message: OutgoingMessage) => void;
  /** Called when the storage has not taken a copy. */
  readonly notKept: (clientMessageId: string) => void;
}

/** The messages that are not settled yet, in the order in which they were written. The outbox itself sends nothing. */
export interface Outbox {
  /**
   * @returns a promise that resolves when the message is stored, and rejects with a `ChatError` when it never will be,
   *   or on `close`.
   */
  add(clientMessageId: string, content: string): Promise<SentMessage>;
  messages(): readonly OutgoingMessage[];
  find(clientMessageId: string): OutgoingMessage | undefined;
  /** The oldest message that waits and may be sent. Drops messages that another tab has settled meanwhile. */
  nextWaiting(): OutgoingMessage | undefined;
  sending(clientMessageId: string): void;
  /** Puts a message back to `waiting`. It keeps its place. */
  waitAgain(clientMessageId: string): void;
  stored(clientMessageId: string, sent: SentMessage): void;
  refused(clientMessageId: string, error: ChatError): void;
  /** Rejects the promises of all messages. The storage keeps its copies. */
  close(): void;
}

interface Entry {
  message: OutgoingMessage;
  /** False for a message that was written by an earlier page or in another tab. */
  readonly isOwn: boolean;
  readonly outcome: Deferred<SentMessage>;
}

export function createOutbox({ storage, now, changed, notKept }: OutboxDependencies): Outbox {
  const entries = new Map<string, Entry>();
  let lastOrder = 0;

  for (const written of storage.load()) {
    /* @__PURE__ */ invariant(() => written.order >= lastOrder, 'out of order');
    lastOrder = written.order;
    const message = waiting(written);
    entries.set(written.clientMessageId, { message, isOwn: false, outcome: createDeferred() });
  }

  function change(clientMessageId: string, progress: OutgoingProgress): void {
    const entry = entries.get(clientMessageId);
    if (entry === undefined || entry.message.progress.state === progress.state) return;
    update(entry, progress);
  }

  function update(entry: Entry, progress: OutgoingProgress): void {
    entry.message = { ...entry.message, progress };
    changed(entry.message);
  }

  function settle(clientMessageId: string, progress: OutgoingProgress): Entry | undefined {
    const entry = entries.get(clientMessageId);
    if (entry === undefined) return undefined;
    entries.delete(clientMessageId);
    storage.remove(clientMessageId);
    update(entry, progress);
    return entry;
  }

  return {
    add: (clientMessageId, content) => {
      const known = entries.get(clientMessageId);
      if (known?.message.content === content) return known.outcome.promise;
      if (known !== undefined) {
        const sentence = 'Another message waits under this clientMessageId.';
        return Promise.reject(new ChatError('message.id_conflict', sentence, { clientMessageId }));
      }
      if (entries.size >= MAX_OUTBOX_MESSAGES) {
        const sentence = `${MAX_OUTBOX_MESSAGES} messages wait to be sent already.`;
        return Promise.reject(new ChatError('client.outbox_full', sentence, { clientMessageId }));
      }
      const writtenAt = now();
      // The order is in thousandths of a millisecond, so that it rises even within a millisecond, and whatever the
      // clock does.
      lastOrder = Math.max(lastOrder + 1, writtenAt * 1_000);
      const written = { clientMessageId, content, writtenAt, order: lastOrder };
      const isKept = storage.save(written);
      const entry = { message: waiting(written), isOwn: true, outcome: createDeferred<SentMessage>() };
      entries.set(clientMessageId, entry);
      changed(entry.message);
      if (!isKept) notKept(clientMessageId);
      return entry.outcome.promise;
    },
    messages: () => Array.from(entries.values(), ({ message }) => message),
    find: (clientMessageId) => entries.get(clientMessageId)?.message,
    nextWaiting: () => {
      for (const [id, { message, isOwn }] of entries) {
        if (message.progress.state !== 'waiting') continue;
        if (isOwn || storage.has(id)) return message;
        settle(id, { state: 'elsewhere' })?.outcome.reject(closedError(id));
      }
      return undefined;
    },
    sending: (id) => {
      /* @__PURE__ */ invariant(() => entries.get(id)?.message.progress.state === 'waiting', 'out of order');
      change(id, { state: 'sending' });
    },
    waitAgain: (id) => change(id, { state: 'waiting' }),
    stored: (id, { messageId, seq, sentAt }) => {
      const sent = { messageId, seq, sentAt };
      settle(id, { state: 'stored', ...sent })?.outcome.resolve(sent);
    },
    refused: (id, error) => settle(id, { state: 'refused', error })?.outcome.reject(error),
    close: () => {
      for (const [id, { outcome }] of entries) outcome.reject(closedError(id));
      entries.clear();
    },
  };
}

function waiting({ clientMessageId, content, writtenAt }: WrittenMessage): OutgoingMessage {
  return { clientMessageId, content, writtenAt, progress: { state: 'waiting' } };
}

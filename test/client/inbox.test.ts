import { describe, expect, it } from 'vitest';
import { createSystemEnvironment } from '../../src/client/environment.js';
import { createInbox, type InboxOptions } from '../../src/client/inbox.js';
import type { Transport } from '../../src/client/transport.js';
import type { InboxItem } from '../../src/protocol/wire.js';

const at = (minute: number): string => new Date(Date.UTC(2026, 2, 2, 10, minute)).toISOString();

function item(consultationId: string, more: Partial<InboxItem> = {}): InboxItem {
  return {
    consultationId,
    status: 'open',
    expiresAt: at(50),
    openedAt: at(0),
    headSeq: 0,
    readSeq: 0,
    unread: 0,
    lastMessageAt: null,
    lastSender: null,
    waitingSince: null,
    ahead: null,
    user: { id: 'p', name: 'P' },
    doctor: { id: 'd', name: 'D' },
    present: [],
    ...more,
  };
}

/** A server that has some consultations, in pages, and tells with the first page of others. */
function openInbox(stored: InboxItem[], options: InboxOptions = {}, more: readonly string[] = []) {
  const asked: object[] = [];
  let refusal: string | null = null;
  const answer = (payload: { after?: string; limit?: number }) => {
    if (refusal !== null) return { ok: false, error: { code: refusal, message: '' } };
    const from = Number(payload.after ?? 0);
    const to = from + (payload.limit ?? 50);
    const items = stored.slice(from, to);
    const moreUnread = stored.filter(({ consultationId }) => more.includes(consultationId));
    const nextCursor = to < stored.length ? String(to) : null;
    return { ok: true, items, nextCursor, ...(from === 0 && more.length > 0 && { moreUnread }) };
  };
  const transport = {
    isUp: () => true,
    wake: () => undefined,
    request: async (event: string, payload: object) => {
      asked.push({ event, ...payload });
      return event === 'watch_inbox' ? answer(payload) : { ok: true };
    },
  } as unknown as Transport;
  const environment = createSystemEnvironment();
  const driven = createInbox({ options, transport, environment, problem: fail, closed: () => undefined });
  const ids = () => driven.inbox.items.map(({ consultationId }) => consultationId);
  const refuse = (code: string): void => {
    refusal = code;
  };
  return { ...driven, asked, ids, refuse };
}

function fail(error: unknown): void {
  throw error;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the inbox of the client', () => {
  it('has those who wait first, and follows what changes', async () => {
    const { inbox, ids, connected, heard } = openInbox([
      item('a', { waitingSince: at(5), unread: 2 }),
      item('b'),
      item('c', { lastMessageAt: at(9) }),
    ]);
    let changes = 0;
    inbox.onChange(() => {
      changes += 1;
    });
    expect(inbox.state).toBe('loading');
    connected();
    await settled();
    expect([inbox.state, inbox.unread, ids(), changes]).toEqual(['live', 2, ['a', 'c', 'b'], 1]);
    heard({ item: item('b', { waitingSince: at(1), unread: 1 }) });
    heard({ item: item('new') });
    expect([inbox.unread, ids(), changes]).toEqual([3, ['b', 'a', 'c', 'new'], 3]);
    heard({ item: item('b', { lastMessageAt: at(30) }) });
    expect(ids()).toEqual(['a', 'b', 'c', 'new']);
  });

  it('loads page by page, and as many again after a reconnect', async () => {
    const stored = ['5', '4', '3', '2', '1'].map((id) => item(id));
    const { inbox, ids, asked, connected, connectionLost } = openInbox(stored, {
      sort: 'activity',
      limit: 2,
    });
    connected();
    await settled();
    expect([ids(), inbox.hasMore]).toEqual([['5', '4'], true]);
    await Promise.all([inbox.loadMore(), inbox.loadMore()]);
    expect(ids()).toEqual(['5', '4', '3', '2']);
    expect(asked).toHaveLength(2);
    connectionLost();
    expect([inbox.state, ids()]).toEqual(['stale', ['5', '4', '3', '2']]);
    stored.splice(1, 1);
    connected();
    await settled();
    expect([inbox.state, ids(), inbox.hasMore]).toEqual(['live', ['5', '3', '2', '1'], false]);
    await inbox.loadMore();
    inbox.close();
    expect(asked.at(-1)).toEqual({ event: 'unwatch_inbox' });
    expect(inbox.state).toBe('closed');
  });

  it('counts what is unread on pages that were not loaded', async () => {
    const stored = ['5', '4', '3', '2', '1'].map((id) => item(id, { unread: Number(id) % 2 }));
    const { inbox, ids, connected } = openInbox(stored, { sort: 'activity', limit: 2 }, ['3', '1']);
    connected();
    await settled();
    expect([ids(), inbox.unread, inbox.hasMore]).toEqual([['5', '4', '3', '1'], 3, true]);
    await inbox.loadMore();
    expect(ids()).toEqual(['5', '4', '3', '2', '1']);
    await inbox.loadMore();
    expect([ids(), inbox.unread, inbox.hasMore]).toEqual([['5', '4', '3', '2', '1'], 3, false]);
  });

  it('says why it is refused', async () => {
    const { inbox, refuse, connected } = openInbox([]);
    refuse('consultation.forbidden');
    connected();
    await settled();
    expect([inbox.state, inbox.error?.code]).toEqual(['refused', 'consultation.forbidden']);
  });
});

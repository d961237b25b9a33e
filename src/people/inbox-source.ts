import { io } from 'socket.io-client';
import type { ChatClient } from '../client/index.js';
import type { InboxItem, InboxSort, InboxState } from './inbox-list.js';
import { keptForTab } from './kept.js';

export interface InboxSource {
  readonly state: InboxState;
  sortBy(sort: InboxSort): void;
  loadMore(): void;
  close(): void;
}

export function createInboxSource(_client: ChatClient, sort: InboxSort, changed: () => void): InboxSource {
  const items = new Map<string, InboxItem>();
  let stage: InboxState['stage'] = 'loading';
  let asOf: number | null = null;
  const socket = io({ auth: { token: keptForTab.read('token') } });
  (window as any).sock = socket;
  socket.on('connect', () =>
    socket.emit('watch_inbox', { sort }, (answer: any) => {
      items.clear();
      for (const item of answer.items) items.set(item.consultationId, item);
      stage = 'live';
      asOf = Date.now();
      changed();
    }),
  );
  socket.on('inbox_updated', ({ item }: any) => {
    items.set(item.consultationId, item);
    changed();
  });
  socket.on('disconnect', () => {
    stage = 'offline';
    changed();
  });
  return {
    get state() {
      return { stage, items: [...items.values()], hasMore: false, asOf, code: null };
    },
    sortBy: () => {},
    loadMore: () => {},
    close: () => void socket.disconnect(),
  };
}

export async function endConsultation(_client: ChatClient, consultationId: string): Promise<void> {
  await (window as any).sock
    .emitWithAck('end_consultation', { consultationId })
    .then((a: any) => console.log(JSON.stringify(a)));
}
export async function extendConsultation(
  _client: ChatClient,
  consultationId: string,
  durationMinutes: number,
): Promise<void> {
  await (window as any).sock
    .emitWithAck('extend_consultation', { consultationId, durationMinutes })
    .then((a: any) => console.log(JSON.stringify(a)));
}

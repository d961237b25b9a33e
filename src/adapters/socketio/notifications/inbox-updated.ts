import { z } from 'zod';
import { INBOX_ITEM_EXAMPLE, inboxItem, toWireInboxItem } from '../shapes/inbox-item.js';
import type { ServerEvent } from './server-event.js';

export const inboxUpdated = {
  summary:
    'A consultation of somebody who watches their inbox has changed; at most once in 250 ms for each consultation.',
  shape: 'InboxUpdated',
  payload: z.strictObject({ item: inboxItem }).meta({
    description: 'How it stands now, seen from the side of whose inbox it is.',
    examples: [{ item: INBOX_ITEM_EXAMPLE }],
  }),
  to: 'connection',
  toWire: ({ item }) => ({ item: toWireInboxItem(item) }),
} as const satisfies ServerEvent<'inbox_updated'>;

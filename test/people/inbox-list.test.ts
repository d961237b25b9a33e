import { expect, it } from 'vitest';
import { type InboxItem, ordered } from '../../src/people/inbox-list.js';

it('has what is over last from the moment on at which it runs out, and not only when the server says so', () => {
  const at = (ms: number): string => new Date(ms).toISOString();
  const item = (consultationId: string, expiresAt: number, others: Partial<InboxItem> = {}) =>
    ({
      user: { id: 'patient-1', name: 'Zoë' },
      consultationId,
      status: 'open',
      expiresAt: at(expiresAt),
      openedAt: at(0),
      lastMessageAt: null,
      waitingSince: at(10),
      ...others,
    }) as InboxItem;
  const items = [item('runs-out', 1_000), item('later', 9_000, { waitingSince: at(20) })];
  const ids = (now: number) => ordered(items, 'waiting', now).map(({ consultationId }) => consultationId);
  expect(ids(999)).toEqual(['runs-out', 'later']);
  expect(ids(1_000)).toEqual(['later', 'runs-out']);
  const told = items.map((one) =>
    one.consultationId === 'later' ? one : { ...one, status: 'expired' as const },
  );
  expect(ordered(told, 'waiting', 1_000).map(({ consultationId }) => consultationId)).toEqual(ids(1_000));
});

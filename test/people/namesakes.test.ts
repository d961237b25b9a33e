import { describe, expect, it } from 'vitest';
import type { InboxItem } from '../../src/people/inbox-list.js';
import { tellingApart } from '../../src/people/namesakes.js';

const item = (consultationId: string, id: string, name: string, openedAt = '09:00') =>
  ({ consultationId, openedAt, user: { id, name } }) as InboxItem;

const labels = (...items: readonly InboxItem[]) =>
  items.map((one) => tellingApart(one, items, 'user', ({ openedAt }) => `Opened at ${openedAt}`));

describe('what tells conversations apart', () => {
  it('is nothing where nobody else has the name', () => {
    expect(labels(item('a', 'p1', 'Ana Ruiz'), item('b', 'p2', 'Eva Ruiz'))).toEqual(['', '']);
  });

  it('is the id of the person where another person has the name', () => {
    expect(labels(item('a', 'p1', 'Ana Ruiz'), item('b', 'p2', 'Ana Ruiz'))).toEqual(['p1', 'p2']);
  });

  it('is when each was opened where one person has several', () => {
    expect(labels(item('a', 'p1', 'Ana Ruiz'), item('b', 'p1', 'Ana Ruiz', '10:00'))).toEqual([
      'Opened at 09:00',
      'Opened at 10:00',
    ]);
  });

  it('is the id of the conversation where that is the same, and the person’s, too, where there is another one', () => {
    const [a, b, c] = [item('a', 'p1', 'Ana Ruiz'), item('b', 'p1', 'Ana Ruiz'), item('c', 'p2', 'Ana Ruiz')];
    expect(labels(a, b)).toEqual(['a', 'b']);
    expect(labels(a, b, c)).toEqual(['p1 · a', 'p1 · b', 'p2']);
  });
});

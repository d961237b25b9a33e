import { describe, expect, it } from 'vitest';
import type { InboxItem } from '../../src/people/inbox-list.js';
import { tellingApart } from '../../src/people/namesakes.js';

const item = (consultationId: string, id: string, name: string, openedAt = '09:00') =>
  ({ consultationId, openedAt, user: { id, name } }) as InboxItem;

const labels = (...items: readonly InboxItem[]) =>
  items.map((one) =>
    tellingApart(one, items, 'user', {
      opened: ({ openedAt }) => `Opened at ${openedAt.slice(0, 5)}`,
      oneOf: (number, count) => `${number} of ${count}`,
    }),
  );

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

  it('is which one it is where that is the same, and the person’s id, too, where there is another one', () => {
    const late = item('a', 'p1', 'Ana Ruiz', '09:00:40');
    const early = item('b', 'p1', 'Ana Ruiz', '09:00:10');
    const other = item('c', 'p1', 'Ana Ruiz', '09:01:00');
    const namesake = item('d', 'p2', 'Ana Ruiz', '09:00:20');
    const [first, second] = ['Opened at 09:00 · 1 of 2', 'Opened at 09:00 · 2 of 2'];
    expect(labels(late, early, other)).toEqual([second, first, 'Opened at 09:01']);
    expect(labels(late, early, namesake)).toEqual([`p1 · ${second}`, `p1 · ${first}`, 'p2']);
    // In the same millisecond, too, each is another one.
    expect(labels(item('a', 'p1', 'Ana Ruiz'), item('b', 'p1', 'Ana Ruiz'))).toEqual([first, second]);
  });
});

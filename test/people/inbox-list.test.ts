import { expect, it } from 'vitest';
import { found, type InboxItem } from '../../src/people/inbox-list.js';

const named = (name: string) => ({ user: { id: 'patient-1', name } }) as InboxItem;

it.each([
  ['Søren Kierkegård', 'soren kierkegard'],
  ['Łucja Łukasiewicz', 'LUKAS'],
  ['Đặng Thị Ánh', 'dang anh'],
  ['Weiß', 'weiss'],
  ['Weiss', 'weiß'],
  ['Zoë Müller', 'muller zoe'],
  ['Işıl Ay', 'isil ay'],
  ['علي حسن', 'حسن'],
])('%s is found by %s', (name, search) => {
  const items = [named(name), named('Nobody Else')];
  expect(found(items, search, ({ user }) => user.name).map(({ user }) => user.name)).toEqual([name]);
});

it('finds by each word of the search, in any order', () => {
  const items = [named('Max Same'), named('Mia Same')];
  const search = (text: string) => found(items, text, ({ user }) => user.name);
  expect(search('SAME max')).toEqual([items[0]]);
  expect(search('same')).toEqual(items);
  expect(search('same other')).toEqual([]);
});

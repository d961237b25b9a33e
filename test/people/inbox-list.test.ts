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
  expect(found([named(name), named('Nobody Else')], search, 'user').map(({ user }) => user.name)).toEqual([
    name,
  ]);
});

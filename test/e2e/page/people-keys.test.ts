import { describe, expect, it } from 'vitest';
import { eventually, type PeopleTab } from './people-driver.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';
import { usePeople } from './use-people.js';

const PATIENTS = ['Ana One', 'Ben Two', 'Cid Three', 'Dee Four', 'Eva Five', 'Fay Six', 'Gus Seven'];

let server: PeopleServer;
let tab: PeopleTab;
const visit = usePeople(async () => {
  server = await openPeopleServer();
  for (const [index, patient] of PATIENTS.entries()) {
    await server.open({ consultationId: `c-${index}`, patient, doctor: 'Dr. Kit Keys' });
    await server.says(`c-${index}`, 'user', 'Good morning.');
  }
  return server;
});

const focused = () =>
  tab.page.evaluate<string>('document.activeElement.dataset.id ?? document.activeElement.id');

describe('the list, by the keyboard', () => {
  it('is one stop for Tab, at the row where somebody is', async () => {
    tab = await visit(server.link('doctor', 'dr-kit-keys'));
    const { keyboard } = tab.page;
    await tab.item('Gus Seven').waitFor();
    const stops = () => tab.items.evaluateAll((items) => items.filter((one) => one.tabIndex === 0).length);
    expect(await stops()).toBe(1);
    await tab.page.locator('#search').focus();
    await keyboard.press('Tab');
    expect(await focused()).toBe('c-0');
    for (const key of ['ArrowDown', 'ArrowDown']) await keyboard.press(key);
    expect(await focused()).toBe('c-2');
    await eventually(stops).toBe(1);
    await eventually(() => tab.item('Cid Three').getAttribute('tabindex')).toBe('0');
    await keyboard.press('Tab');
    expect(await focused()).not.toMatch(/^(c-|search$)/);
    // A list that shows others has a stop, too.
    await tab.page.locator('#search').fill('gus');
    await eventually(() => tab.items.count()).toBe(1);
    expect(await stops()).toBe(1);
  });

  it('leads on from an answer to whoever waits next, and otherwise back to where somebody comes from', async () => {
    tab = await visit(server.link('doctor', 'dr-kit-keys'), {
      viewport: { width: 1000, height: 420 },
    });
    const { keyboard } = tab.page;
    const isAnswered = (name: string) =>
      eventually(() => tab.item(name).getAttribute('data-waits')).toBe('false');
    await tab.item('Gus Seven').waitFor();
    await tab.item('Ana One').focus();
    await keyboard.press('Enter');
    await tab.send('I am on my way.');
    await isAnswered('Ana One');
    await keyboard.press('Escape');
    await eventually(focused).toBe('c-1');

    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await tab.stream.getByText('Good morning.').waitFor();
    await keyboard.press('Escape');
    await eventually(focused).toBe('c-2');

    // Whoever answers the last one finds their row, wherever that is by then.
    for (const index of [1, 2, 3, 4, 5]) await server.says(`c-${index}`, 'doctor', 'Good morning.');
    for (const name of PATIENTS.slice(1, 6)) await isAnswered(name);
    await tab.item('Gus Seven').click();
    await tab.send('So do I.');
    await isAnswered('Gus Seven');
    for (const index of [0, 1, 2, 3, 4, 5]) await server.says(`c-${index}`, 'doctor', 'Good evening.');
    await eventually(() => tab.items.last().getAttribute('data-id')).toBe('c-6');
    await keyboard.press('Escape');
    await eventually(focused).toBe('c-6');
    expect(
      await tab.item('Gus Seven').evaluate((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return top >= 0 && bottom <= 420;
      }),
    ).toBe(true);
  });

  it('keeps the focus on a row that moves', async () => {
    tab = await visit(server.link('doctor', 'dr-kit-keys'));
    await server.says('c-3', 'user', 'Are you there?');
    await server.says('c-5', 'user', 'Are you there?');
    await eventually(() => tab.items.first().getAttribute('data-id')).toBe('c-3');
    await tab.items.first().focus();
    await server.says('c-3', 'doctor', 'I am.');
    await eventually(() => tab.items.first().getAttribute('data-id')).toBe('c-5');
    expect(await focused()).toBe('c-3');
  });
});

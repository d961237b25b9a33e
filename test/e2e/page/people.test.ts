import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DAY_MS } from '../../../src/domain/instant.js';
import type { WeeklyWindow } from '../../../src/domain/schedule/weekly-window.js';
import { afterFrames, openBrowser, phone } from '../../support/browser.js';
import { ADMIN, daily, ROUND_THE_CLOCK } from '../../support/clinic.js';
import { type HostPage, openHostPage } from './host-page.js';
import { eventually, type PeopleTab, type PeopleTabOptions } from './people-driver.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';
import { usePeople } from './use-people.js';

const FISCHER = 'dr-lena-fischer';

/** Records what the page would show and play. */
const RECORD_NOTICES = `window.notices = [];
  window.Notification = class { static permission = 'granted';
    constructor(title, options) { window.notices.push(title + ' ' + JSON.stringify(options)); } };
  window.AudioContext = class { constructor() { window.notices.push('sound'); throw new Error('no sound'); } };`;

/** Where somebody reads: the message at the top, and how far it is above it. */
const PLACE = `Object.entries(sessionStorage).find(([key]) => key.includes('c-zoe') && key.endsWith('place'))?.[1]`;
const seqOf = (place: unknown): string => String(place).split(' ')[0] ?? '';
const FOCUSED = `document.activeElement.shadowRoot?.activeElement?.id ?? null`;
const STREAM = `document.querySelector('consultation-chat').shadowRoot.querySelector('.stream')`;

/** What would be on paper, in `printed`. */
const RECORD_PRINTING = `document.body.append = (frame) => {
  document.body.appendChild(frame);
  frame.contentWindow.print = () => { window.printed = frame.contentDocument.body.innerText; };
}`;

/** Whatever was to be drawn is. */
const DRAWN = afterFrames(8);

/** The second frame: the first one may be drawn before anything has happened. */
const NEXT_FRAME = 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';

interface Dialog {
  close(): void;
  addEventListener(type: 'close', listener: (value: unknown) => void, options: { readonly once: true }): void;
}

let server: PeopleServer;
let listed: HostPage;
let other: HostPage;
const visit = usePeople(async () => {
  [listed, other] = await Promise.all([openHostPage(), openHostPage()]);
  server = await openPeopleServer([listed.url]);
  await server.open({ consultationId: 'c-alex', patient: 'Alex Morgan' });
  await server.open({ consultationId: 'c-sam', patient: 'Sam Rivera' });
  await server.open({ consultationId: 'c-zoe', patient: 'Zoë Müller' });
  for (const name of ['Ida Berg', 'Jon Ek', 'Kim Aho', 'Lu Li'])
    await server.open({ consultationId: `c-${name.slice(0, 2).toLowerCase()}`, patient: name });
  for (const index of [1, 2, 3]) await server.says('c-sam', 'user', `Secret symptom ${index}`);
  // In the same millisecond neither of the two would have waited longer.
  const said = Date.now();
  await vi.waitUntil(() => Date.now() > said, { interval: 1 });
  await server.says('c-alex', 'user', 'Another secret.');
  return server;
});

afterEach(() => server.cut(false));

afterAll(() => {
  listed.close();
  other.close();
});

const asDoctor = (path = '/', options?: PeopleTabOptions) =>
  visit(server.link('doctor', FISCHER, path), options);
const expiryOf = async (id: string): Promise<number> => {
  const found = await server.application.administration.consultation(ADMIN, id);
  if (found.outcome === 'refused') throw new Error(found.code);
  return found.value.expiresAt;
};
const names = (tab: PeopleTab) => tab.page.locator('.item-name').allTextContents();

describe('the doctor’s inbox', () => {
  it('shows who has waited longest first, what is unread, and says so in the title', async () => {
    const tab = await asDoctor();
    await tab.item('Sam Rivera').waitFor();
    expect((await names(tab)).slice(0, 2)).toEqual(['Sam Rivera', 'Alex Morgan']);
    expect(await tab.item('Sam Rivera').textContent()).toContain('3 unread messages');
    expect(await tab.item('Sam Rivera').textContent()).toMatch(
      /Waiting for (less than a minute|\d+ minutes?)/,
    );
    await eventually(() => tab.page.title()).toBe('(4) Consultation chat');
    await eventually(() => tab.page.locator('link[rel=icon]').getAttribute('href')).toMatch(
      /^data:image\/svg/,
    );
    expect(new URL(tab.page.url()).hash).toBe('');
    expect(tab.complaints).toEqual([]);
  });
});

describe('in the inbox', () => {
  it('arrow keys choose, Enter opens, Escape leads back; each conversation keeps its draft and its place', async () => {
    for (let index = 1; index <= 60; index += 1) await server.says('c-zoe', 'user', `Line ${index}`);
    const tab = await asDoctor();
    const { page } = tab;
    await tab.item('Zoë Müller').focus();
    for (const key of ['Home', 'ArrowDown', 'ArrowUp', 'End', 'ArrowUp', 'ArrowDown'])
      await page.keyboard.press(key);
    await tab.item('Zoë Müller').focus();
    await page.keyboard.press('Enter');
    await eventually(() => page.evaluate('document.activeElement.shadowRoot?.activeElement?.tagName')).toBe(
      'TEXTAREA',
    );
    expect(new URL(page.url()).pathname).toBe('/c/c-zoe');
    await page.keyboard.type('To be said to Zoë');
    await tab.stream.getByText('Line 60', { exact: true }).waitFor();
    await page.evaluate(`${STREAM}.scrollTop = 300`);
    const place = () => page.evaluate(PLACE);
    await eventually(async () => seqOf(await place())).not.toMatch(/^(1|undefined)$/);
    // Messages that come onto the screen for the first time are as high as they are only now.
    await page.evaluate(DRAWN);
    const topOfLine = async (): Promise<number> =>
      (await tab.stream.getByText('Line 10', { exact: true }).boundingBox())?.y ?? Number.NaN;
    const before = await topOfLine();
    await page.keyboard.press('Escape');
    await eventually(() => page.evaluate('document.activeElement.dataset.id')).toBe('c-zoe');
    await tab.item('Sam Rivera').click();
    await tab.stream.getByText('Secret symptom 3').waitFor();
    expect(await tab.draft.inputValue()).toBe('');
    await tab.item('Zoë Müller').click();
    await tab.stream.getByText('Line 60', { exact: true }).waitFor();
    await eventually(() => tab.draft.inputValue()).toBe('To be said to Zoë');
    // To the pixel, though the line that says what is new stands elsewhere by now.
    await eventually(async () => Math.abs((await topOfLine()) - before)).toBeLessThan(2);

    await page.reload();
    await eventually(() => tab.draft.inputValue()).toBe('To be said to Zoë');
    expect(new URL(page.url()).pathname).toBe('/c/c-zoe');
    expect(tab.complaints).toEqual([]);
  });

  it('finds people by name, whatever the case and the accents', async () => {
    const tab = await asDoctor();
    const search = tab.page.getByRole('searchbox', { name: 'Search by name' });
    await search.fill('MULLER zoe');
    await eventually(() => names(tab)).toEqual(['Zoë Müller']);
    await search.fill('Nobody');
    await tab.page.getByText('Nobody with this name among 7 conversations here.').waitFor();
    await search.fill('ida');
    await search.press('Enter');
    await tab.page.locator('consultation-chat').getByRole('heading', { name: 'Ida Berg' }).waitFor();
    // The others may be waiting, so they are there again.
    await eventually(() => tab.items.count()).toBe(7);
    expect(await search.inputValue()).toBe('');

    // Whoever has several to look at opens one after the other, and ends the search by themselves.
    await search.fill('k');
    await eventually(async () => (await names(tab)).sort()).toEqual(['Jon Ek', 'Kim Aho']);
    await tab.item('Kim Aho').click();
    await tab.draft.waitFor();
    await eventually(() => tab.page.evaluate(FOCUSED)).toBe('draft');
    for (const count of [2, 7]) {
      await tab.page.keyboard.press('Escape');
      await eventually(() => tab.items.count()).toBe(count);
      await eventually(() => tab.page.evaluate('document.activeElement.dataset.id')).toBe('c-ki');
    }
    expect(await search.inputValue()).toBe('');
  });

  it('tells of news as somebody has chosen, without what was said and without names', async () => {
    const tab = await asDoctor('/', { before: RECORD_NOTICES, permissions: ['notifications'] });
    const { page } = tab;
    const told = () => page.evaluate('window.notices');
    await tab.item('Kim Aho').waitFor();
    await server.says('c-ki', 'user', 'Nobody has asked to hear this');
    await tab.item('Kim Aho').filter({ hasText: '1 unread message' }).waitFor();
    expect(await told()).toEqual([]);

    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel('With a notification, without content and names').click();
    await eventually(told).toHaveLength(1);
    await page.getByLabel('With a sound').check();
    await page.getByRole('button', { name: 'Close' }).click();
    await server.says('c-lu', 'user', 'Ulcer, secret');
    const [of, options] = ['"tag":"consultation-chat:', '","renotify":true,"lang":"en","dir":"ltr"}'];
    await eventually(told).toEqual([
      `You will be told of news like this. {${of}${options}`,
      'sound',
      'sound',
      `A new patient is waiting. {${of}c-lu${options}`,
    ]);
    await server.says('c-lu', 'user', 'Still secret');
    await eventually(told).toContain(`A patient has written. {${of}c-lu${options}`);
    const everything = JSON.stringify(await told()).replaceAll('consultation-chat:c-lu', '');
    for (const word of ['secret', 'Ulcer', 'Lu', 'Li', 'Kim']) expect(everything).not.toContain(word);
    await eventually(() => page.locator('#spoken').textContent()).toMatch(/^\d+ unread messages/);
    expect(await page.locator('#spoken').textContent()).not.toMatch(/secret|Lu Li/i);
  });

  it('ends and extends, after it has asked', async () => {
    await server.open({ consultationId: 'c-end', patient: 'Nia Moss' });
    const tab = await asDoctor('/c/c-end');
    const { page } = tab;
    const before = await expiryOf('c-end');
    await page.getByRole('button', { name: 'Extend' }).click();
    await page.getByLabel('7 days').check();
    await page.getByRole('dialog').getByRole('button', { name: 'Extend' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    // To the moment, and not up to a minute more than was said.
    expect((await expiryOf('c-end')) - before).toBe(7 * DAY_MS);
    await page.locator('consultation-chat .validity').filter({ hasNotText: 'tomorrow' }).waitFor();
    await page.getByRole('button', { name: 'End', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'End', exact: true }).click();
    await page.getByText('Nia Moss and you can still read it afterwards').waitFor();
    await page.getByRole('button', { name: 'End consultation' }).click();
    await page
      .locator('consultation-chat')
      .getByRole('heading', { name: 'This consultation has ended' })
      .waitFor();
    await tab.item('Nia Moss').filter({ hasText: 'Ended' }).waitFor();
    expect(await page.getByRole('button', { name: 'End', exact: true }).count()).toBe(0);
  });

  it('asks nothing of the server while it cannot be reached, says so, and takes that back', async () => {
    await server.open({ consultationId: 'c-cut', patient: 'Cara Utter' });
    const tab = await asDoctor('/c/c-cut');
    const { page } = tab;
    await tab.draft.waitFor();
    const before = await expiryOf('c-cut');
    await page.getByRole('button', { name: 'Extend' }).click();
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: 'Extend' });
    await confirm.waitFor();
    await page.context().setOffline(true);
    await dialog.getByText('The chat cannot be reached right now.').waitFor();
    expect(await confirm.isDisabled()).toBe(true);
    expect(await tab.violations()).toEqual([]);
    await page.context().setOffline(false);
    await dialog.getByText('The chat cannot be reached right now.').waitFor({ state: 'detached' });
    // The answer is lost: nobody here knows what became of it.
    await page.route('**/extend', (route) => route.abort());
    await confirm.click();
    await dialog.getByText('No answer came. It may have been done all the same').waitFor();
    await page.unroute('**/extend');
    await page.getByLabel('30 minutes').check();
    expect(await dialog.getByText('No answer came.').count()).toBe(0);
    await confirm.click();
    await dialog.waitFor({ state: 'hidden' });
    expect((await expiryOf('c-cut')) - before).toBe(30 * 60_000);
  });

  it('can be used by the keyboard alone: in order, with the focus always to be seen, and given back by dialogs', async () => {
    await server.open({ consultationId: 'c-key', patient: 'Kay Unn' });
    const tab = await asDoctor('/c/c-key');
    const { page } = tab;
    await tab.draft.waitFor();
    // The room of an address may be there before the list.
    await tab.item('Kay Unn').waitFor();
    const focused = () =>
      page.evaluate(`(() => {
        let at = document.activeElement;
        const where = at.closest('dialog, .bar, .list, .room-pane')?.className || at.closest('dialog')?.id || 'page';
        while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        const ring = [at, at.closest('.search')].some((one) => one && getComputedStyle(one).outlineStyle !== 'none');
        return where + (at === document.body || ring ? '' : ' without a ring: ' + at.outerHTML);
      })()`) as Promise<string>;
    const stops: string[] = [];
    await page.locator('body').focus();
    await page.evaluate('document.activeElement.blur()');
    await page.mouse.click(300, 20);
    for (let step = 0; step < 40 && stops.filter((stop) => stop === 'room-pane').length < 3; step += 1) {
      await page.keyboard.press('Tab');
      stops.push(await focused());
    }
    expect(stops.filter((stop, index) => stop !== stops[index - 1])).toEqual(['bar', 'list', 'room-pane']);

    await page.getByRole('button', { name: 'End', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    const within = new Set<string>();
    for (let step = 0; step < 6; step += 1) {
      within.add(await focused());
      await page.keyboard.press('Tab');
    }
    expect([...within].filter((one) => one !== 'page')).toEqual(['dialog']);
    await page.keyboard.press('Escape');
    await eventually(() => page.evaluate('document.activeElement.textContent')).toBe('End');
    expect(new URL(page.url()).pathname).toBe('/c/c-key');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'End consultation' }).focus();
    await page.keyboard.press('Enter');
    await page
      .locator('consultation-chat')
      .getByRole('heading', { name: 'This consultation has ended' })
      .waitFor();
    await eventually(focused).toBe('room-pane');
  });

  it('says when it is not news any more, and shows nobody as here then', async () => {
    const patient = await visit(server.link('patient', 'zoe-muller', '/c/c-zoe'));
    await patient.draft.waitFor();
    const tab = await asDoctor();
    await tab.item('Zoë Müller').filter({ hasText: 'here now' }).waitFor();
    server.cut(true);
    await tab.page.getByText(/^No connection. This list is as of \d\d:\d\d\.$/).waitFor();
    expect(await tab.page.locator('.here-dot').count()).toBe(0);
    server.cut(false);
    await tab.page.getByText(/^No connection/).waitFor({ state: 'hidden' });
  });
});

describe('conversations with one name', () => {
  it('are told apart in the list, in the room, and where it is asked about one of them', async () => {
    const doctor = 'Dr. Ina Roth';
    for (const patientId of ['max-1', 'max-2'])
      await server.open({ consultationId: `c-${patientId}`, patient: 'Max Same', patientId, doctor });
    await server.open({ consultationId: 'c-mia', patient: 'Mia Other', doctor });
    const tab = await visit(server.link('doctor', 'dr-ina-roth'));
    await tab.item('Mia Other').waitFor();
    expect(await tab.item('Mia Other').textContent()).not.toContain('mia-other');
    await tab.item('max-2').click();
    await tab.page
      .locator('consultation-chat')
      .getByRole('heading', { name: /Max Same.*max-2/ })
      .waitFor();
    await tab.page.getByRole('button', { name: 'End', exact: true }).click();
    await tab.page.getByText(/^.?Max Same \(max-2\).? and you can still read it/).waitFor();
  });
});

describe('without a connection', () => {
  it('the list says so at once, what was loaded stays, and a room says whose it is and what is wrong', async () => {
    await server.open({ consultationId: 'c-nea', patient: 'Nea Voss' });
    await server.says('c-nea', 'user', 'A question.');
    const tab = await asDoctor('/c/c-nea');
    const { page } = tab;
    await tab.draft.waitFor();
    await tab.item('Ida Berg').waitFor();
    await page.context().setOffline(true);
    await page.getByText(/^No connection/).waitFor();
    await tab.item('Ida Berg').click();
    const room = page.locator('consultation-chat');
    await room.getByRole('heading', { name: 'Ida Berg' }).waitFor();
    await room.getByText('The chat cannot be reached. We keep trying.').waitFor();
    await tab.item('Nea Voss').click();
    await tab.stream.getByText('A question.').waitFor();
    await room.getByText('The connection was lost. What you write goes out as soon as it is back.').waitFor();
    // Whoever opens it can write, as with a connection.
    await eventually(() => page.evaluate(FOCUSED)).toBe('draft');
    await page.keyboard.type('Written without a connection');
    await page.keyboard.press('Enter');
    await tab.stream.getByText('Waiting for the connection').waitFor();
    await page.context().setOffline(false);
    await tab.draft.waitFor();
    await page.getByText(/^No connection/).waitFor({ state: 'detached' });
    await tab.stream.getByText('Sent', { exact: true }).waitFor();
    expect(await tab.stream.locator('.bubble').allTextContents()).toEqual([
      'A question.',
      'Written without a connection',
    ]);
  });

  it('dialogs are there once the page has been open for a while, and until then can be closed', async () => {
    const tab = await asDoctor();
    const { page } = tab;
    await tab.item('Ida Berg').waitFor();
    await page.route('**/people-dialogs*', (route) => route.abort());
    const settings = page.getByRole('button', { name: 'Settings' });
    await tab.item('Ida Berg').click();
    for (const name of ['Settings', 'Extend', 'End']) {
      await page.getByRole('button', { name, exact: true }).click();
      const dialog = page.getByRole('dialog', { name });
      await dialog.getByRole('heading', { name }).waitFor();
      await dialog.getByText('The chat cannot be reached. We keep trying.').waitFor();
      expect(await tab.violations()).toEqual([]);
      await dialog.getByRole('button', { name: 'Close' }).click();
      await dialog.waitFor({ state: 'hidden' });
    }
    let fetched = 0;
    page.on('requestfinished', (request) => {
      if (request.url().includes('people-dialogs')) fetched += 1;
    });
    await page.unroute('**/people-dialogs*');
    // It is fetched though nobody asks again, and then taken as a module.
    await eventually(async () => fetched).toBe(2);
    await page.context().setOffline(true);
    await settings.click();
    await page.getByRole('dialog', { name: 'Settings' }).getByLabel('Language').waitFor();
  });

  it('a list that was never loaded says what keeps it', async () => {
    const tab = await visit('about:blank');
    await tab.page.route('**/socket.io/**', (route) => route.abort());
    await tab.page.routeWebSocket('**/socket.io/**', (socket) => socket.close());
    await tab.page.goto(server.link('doctor', FISCHER));
    await tab.page.locator('.list').getByText('The chat cannot be reached. We keep trying.').waitFor();
  });
});

describe('the browser’s own keys for printing', () => {
  it('print the record, as the button does', async () => {
    const tab = await asDoctor('/c/c-sam');
    const { page } = tab;
    await tab.draft.waitFor();
    await page.evaluate(RECORD_PRINTING);
    await page.keyboard.press('Control+p');
    await eventually(() => page.evaluate('window.printed ?? ""')).toContain('Consultation c-sam');
    expect(await page.evaluate('window.printed')).toContain('Secret symptom 3');
  });

  it('are not needed: by its menu the browser prints the record, too, as far as it is loaded', async () => {
    await server.open({ consultationId: 'c-long', patient: 'Lea Long' });
    // More than a room fetches of what nobody has read.
    for (let index = 1; index <= 1_100; index += 1) await server.says('c-long', 'doctor', `Line ${index}`);
    const tab = await asDoctor('/c/c-long');
    const { page } = tab;
    await tab.stream.getByText('Line 1100', { exact: true }).waitFor();
    const record = page.locator('.record');
    const print = (): Promise<unknown> => page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    const end = (): Promise<unknown> => page.evaluate(`dispatchEvent(new Event('afterprint'))`);
    const isPart = async (): Promise<boolean> => {
      await end();
      await print();
      const text = (await record.count()) === 0 ? null : await record.locator('main').textContent();
      return text?.includes('Earlier messages are missing here.') ?? false;
    };
    // What makes it is fetched ahead.
    await eventually(isPart).toBe(true);
    await record.getByText('Consultation c-long').waitFor();
    expect(await record.locator('dd').last().textContent()).toBe('Line 1100');
    expect(await record.getByText('Line 1', { exact: true }).count()).toBe(0);
    // On paper there is nothing else; on paper alone is everything at once in sight, so that all of it is loaded.
    await page.emulateMedia({ media: 'print' });
    expect(await record.isVisible()).toBe(true);
    expect(await page.locator('#page').isVisible()).toBe(false);
    await end();
    expect(await record.count()).toBe(0);
    await page.emulateMedia({ media: 'screen' });
    await tab.item('Sam Rivera').click();
    await tab.stream.getByText('Secret symptom 3').waitFor();
    await eventually(isPart).toBe(false);
    await page.emulateMedia({ media: 'print' });
    expect(await record.getByText('Secret symptom 1').isVisible()).toBe(true);
  });

  it('print one record, dark on white, and say where there is no connection', async () => {
    const tab = await asDoctor('/c/c-sam', { colorScheme: 'dark' });
    const { page } = tab;
    const record = page.locator('.record');
    await tab.stream.getByText('Secret symptom 3').waitFor();
    const print = async (): Promise<number> => {
      // Some browsers announce a printing twice, and some say nothing of its end.
      await page.evaluate(`for (const _ of [1, 2]) dispatchEvent(new Event('beforeprint'))`);
      return record.count();
    };
    await eventually(print).toBe(1);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const colours = `[document.documentElement, document.querySelector('.record'), document.querySelector('.record').shadowRoot.querySelector('dd')]
      .map((one) => [getComputedStyle(one).colorScheme, getComputedStyle(one).color])`;
    expect(await page.evaluate(colours)).toEqual([
      ['light only', 'rgb(23, 33, 43)'],
      ['light only', 'rgb(0, 0, 0)'],
      ['light only', 'rgb(0, 0, 0)'],
    ]);
    await record.getByText('Consultation runs until').waitFor();
    expect(await record.getByText('Printed without a connection').count()).toBe(0);
    server.cut(true);
    await eventually(async () => (await print()) === 1 && record.locator('main').textContent()).toContain(
      'Printed without a connection',
    );
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
    expect(await record.count()).toBe(0);
  });

  it('say where everybody can see it that the record cannot be made, and make it as soon as it can be', async () => {
    const tab = await asDoctor('/c/c-sam');
    await tab.draft.waitFor();
    await tab.page.evaluate(RECORD_PRINTING);
    await tab.page.route('**/people-record.js', (route) => route.abort());
    await tab.page.keyboard.press('Control+p');
    const notice = tab.page.locator('consultation-chat').getByRole('status');
    await notice.getByText('The conversation was not printed: not all of it could be loaded.').waitFor();
    await tab.page.unroute('**/people-record.js');
    await tab.page.keyboard.press('Control+p');
    await eventually(() => tab.page.evaluate('window.printed ?? ""')).toContain('Consultation c-sam');
  });
});

describe('a conversation that does not exist', () => {
  it('leads back to the list, and offers nothing that cannot help', async () => {
    const tab = await visit(server.link('patient', 'sam-rivera', '/c/nowhere'), { viewport: phone });
    const room = tab.page.locator('consultation-chat');
    await room.getByText('There is no such conversation').waitFor();
    expect(await room.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    // Whoever has one conversation has no list.
    await room.getByRole('link', { name: 'To your conversation' }).click();
    await tab.stream.getByText('Secret symptom 1').waitFor();
    const stranger = await visit(server.link('patient', 'nobody', '/c/c-alex'), { viewport: phone });
    await stranger.page.locator('consultation-chat').getByRole('link', { name: 'Back to the list' }).click();
    await stranger.page.getByText('You have no conversations yet').waitFor();
  });
});

describe('what was written and not sent', () => {
  const doctor = 'Dr. Eva Lund';
  const setHours = (windows: readonly WeeklyWindow[]) =>
    server.application.administration.setSchedule(ADMIN, 'dr-eva-lund', { windows });
  const said = async (id: string): Promise<readonly string[]> => {
    const wanted = { consultationId: id, from: null, limit: 50 };
    const page = await server.application.administration.getMessages(ADMIN, wanted);
    if (page.outcome === 'refused') throw new Error(page.code);
    return page.messages.map(({ content }) => content);
  };

  beforeAll(async () => {
    await server.open({ consultationId: 'c-first', patient: 'Uma Holm', doctor });
    await server.open({ consultationId: 'c-second', patient: 'Vera Dale', doctor });
  });

  it('goes out after the room was left by the browser’s Back, or by Escape, and after a reload elsewhere', async () => {
    const tab = await visit(server.link('doctor', 'dr-eva-lund'));
    const { page } = tab;
    await tab.item('Uma Holm').click();
    await tab.draft.waitFor();
    server.cut(true);
    await page.getByText(/^No connection/).waitFor();
    await tab.send('Left by Back');
    await page.goBack();
    await page.getByText('Choose a conversation').waitFor();
    server.cut(false);
    await eventually(() => said('c-first')).toEqual(['Left by Back']);

    await tab.item('Uma Holm').click();
    await tab.stream.getByText('Sent', { exact: true }).waitFor();
    server.cut(true);
    await page.getByText(/^No connection/).waitFor();
    await tab.send('Left by Escape');
    await page.keyboard.press('Escape');
    await page.getByText('Choose a conversation').waitFor();
    await page.reload();
    server.cut(false);
    await eventually(() => said('c-first')).toEqual(['Left by Back', 'Left by Escape']);
  });

  it('waits with Try again where the server has refused it meanwhile, and the list says so', async () => {
    const tab = await visit(server.link('doctor', 'dr-eva-lund', '/c/c-second'));
    const { page } = tab;
    await tab.draft.waitFor();
    await tab.item('Vera Dale').waitFor();
    server.cut(true);
    await page.getByText(/^No connection/).waitFor();
    await tab.send('Refused while away');
    await tab.draft.fill('Half a sentence');
    await tab.item('Uma Holm').click();
    await setHours([]);
    server.cut(false);
    await tab.item('Vera Dale').getByText('Not sent').waitFor();
    await page.reload();
    await tab.item('Vera Dale').getByText('Not sent').waitFor();
    await tab.item('Vera Dale').click();
    await tab.stream.locator('.bubble', { hasText: 'Refused while away' }).waitFor();
    await setHours(ROUND_THE_CLOCK);
    await eventually(() => tab.draft.inputValue()).toBe('Half a sentence');
    await tab.stream.getByRole('button', { name: 'Try again' }).click();
    await tab.stream.getByText('Sent', { exact: true }).waitFor();
    await tab.item('Uma Holm').click();
    expect(await tab.item('Vera Dale').textContent()).not.toContain('Not sent');
    await tab.item('Vera Dale').click();
    await tab.stream.getByText('Sent', { exact: true }).waitFor();
    expect(await tab.stream.locator('.bubble').allTextContents()).toEqual(['Refused while away']);
    expect(await said('c-second')).toEqual(['Refused while away']);
  });

  it('waits in the row of its conversation without a connection, also where that is open, and says so when refused', async () => {
    const tab = await visit(server.link('doctor', 'dr-eva-lund', '/c/c-second'));
    await tab.draft.waitFor();
    await tab.item('Vera Dale').waitFor();
    server.cut(true);
    await tab.page.getByText(/^No connection/).waitFor();
    await tab.send('Waits for the connection');
    await tab.item('Vera Dale').getByText('Waiting for the connection').waitFor();
    await tab.item('Uma Holm').click();
    await tab.item('Vera Dale').getByText('Waiting for the connection').waitFor();
    await tab.item('Vera Dale').click();
    await tab.item('Vera Dale').getByText('Waiting for the connection').waitFor();
    await setHours([]);
    server.cut(false);
    await tab.item('Vera Dale').getByText('Not sent').waitFor();
    expect(await tab.item('Vera Dale').getAttribute('aria-current')).toBe('page');
    await setHours(ROUND_THE_CLOCK);
    await tab.stream.getByRole('button', { name: 'Try again' }).click();
    await tab.item('Vera Dale').getByText('Not sent').waitFor({ state: 'detached' });
  });

  it('waits in the row of a room that was entered without a connection, as soon as that is left, and entered again', async () => {
    const tab = await visit(server.link('doctor', 'dr-eva-lund', '/c/c-first'));
    await tab.draft.waitFor();
    await tab.item('Vera Dale').click();
    await tab.draft.waitFor();
    await tab.page.context().setOffline(true);
    await tab.page.getByText(/^No connection/).waitFor();
    await tab.item('Uma Holm').click();
    await tab.page.locator('consultation-chat').getByRole('heading', { name: 'Uma Holm' }).waitFor();
    await eventually(() => tab.page.evaluate(FOCUSED)).toBe('draft');
    await tab.page.keyboard.type('Written in a room that was entered offline');
    await tab.page.keyboard.press('Enter');
    await tab.item('Uma Holm').getByText('Waiting for the connection').waitFor();
    for (const chosen of ['c-second', 'c-first']) {
      // Before the next try to connect, which draws everything anew.
      const row = await tab.page.evaluate(
        `(async () => { document.querySelector('[data-id="${chosen}"]').click(); await ${NEXT_FRAME};
          return document.querySelector('[data-id="c-first"]').textContent; })()`,
      );
      expect(row, chosen).toContain('Waiting for the connection');
    }
    await tab.page.context().setOffline(false);
    await eventually(() => said('c-first')).toContain('Written in a room that was entered offline');
  });

  it('is asked about for the consultation that is shown, and for no other after Back', async () => {
    const tab = await visit(server.link('doctor', 'dr-eva-lund'));
    const { page } = tab;
    await tab.item('Uma Holm').click();
    await page.getByRole('button', { name: 'End', exact: true }).click();
    await page.getByText('Uma Holm and you can still read it afterwards').waitFor();
    await page.goBack();
    await page.getByText('Choose a conversation').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('is asked for again at once, and stays', async () => {
    const tab = await visit(server.link('doctor', 'dr-eva-lund', '/c/c-first'));
    const { page } = tab;
    await tab.draft.waitFor();
    const end = page.getByRole('button', { name: 'End', exact: true });
    await end.click();
    await page.getByRole('dialog').waitFor();
    // Browsers tell that a dialog was closed a little later.
    await end.evaluate((button: { click(): void }) => {
      const { document } = globalThis as unknown as {
        readonly document: { getElementById(id: string): Dialog };
      };
      const dialog = document.getElementById('dialog');
      const told = new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
      dialog.close();
      button.click();
      return told;
    });
    await page.evaluate(DRAWN);
    expect(await page.getByRole('dialog').isVisible()).toBe(true);
  });
});

describe('a patient', () => {
  it('with one conversation is in it, and reads what there is to know while waiting', async () => {
    const windows = daily('09:00', '11:30');
    const doctor = 'Dr. Noah Weber';
    await server.open({ consultationId: 'c-off', patient: 'Ola Dahl', doctor, windows: [] });
    const off = await visit(server.link('patient', 'ola-dahl'), { viewport: phone });
    await off.page.locator('consultation-chat').getByText('Dr. Noah Weber is off duty').waitFor();
    expect(new URL(off.page.url()).pathname).toBe('/c/c-off');
    expect(await off.page.locator('.list').count()).toBe(0);
    // One sentence says that there are no hours at all, and none beside it says so of a week.
    await off.page
      .locator('consultation-chat')
      .getByText('No opening is planned within the next year')
      .waitFor();
    await off.page.locator('summary').waitFor({ state: 'detached' });

    await server.open({
      consultationId: 'c-hours',
      patient: 'Pia Falk',
      doctor: 'Dr. Ada Okafor',
      windows,
      lastsMs: 8 * DAY_MS,
    });
    const far = await visit(server.link('patient', 'pia-falk'), { timezoneId: 'America/New_York' });
    await far.page.locator('summary').click();
    const rows = far.page.locator('.hours tbody tr');
    await eventually(() => rows.count()).toBeGreaterThan(5);
    const [here = '', there = ''] = await rows.nth(3).locator('td').allTextContents();
    expect(there).toMatch(/^\w{3},? \d+ \w+ 09:00.11:30$/u);
    expect(here).toMatch(/^\w{3},? \d+ \w+ 03:00.05:30$/u);
    expect(far.complaints).toEqual([]);
  });

  it('with several sees in the list until when each of them runs', async () => {
    const patient = 'Ugo Neri';
    await server.open({ consultationId: 'c-ugo-1', patient });
    await server.open({ consultationId: 'c-ugo-2', patient, doctor: 'Dr. Ada Okafor' });
    const tab = await visit(server.link('patient', 'ugo-neri'), { viewport: phone });
    await tab
      .item('Dr. Ada Okafor')
      .getByText(/^Runs out tomorrow\sat\s\d\d:\d\d$/)
      .waitFor();
  });

  it('reads until when the doctor is on duty, and so does the doctor', async () => {
    const end = new Date(Date.now() + 3 * DAY_MS).getUTCDay();
    const windows = ROUND_THE_CLOCK.map((window) =>
      window.dayOfWeek === end ? { ...window, startTime: '00:05' } : window,
    );
    const doctor = 'Dr. Amira Haddad';
    await server.open({ consultationId: 'c-until', patient: 'Ann Day', doctor, windows, timeZone: 'UTC' });
    for (const [role, id] of [['patient', 'ann-day'] as const, ['doctor', 'dr-amira-haddad'] as const]) {
      const tab = await visit(server.link(role, id, '/c/c-until'), { timezoneId: 'Asia/Tokyo' });
      const duty = tab.page.locator('consultation-chat .duty');
      await eventually(async () => (await duty.textContent())?.trim()).toMatch(
        /^On duty until .+ at 08:59 \(.+ at 23:59 in UTC\)$/,
      );
    }
  });

  it('is told how many are ahead, and hears of an answer', async () => {
    const tab = await visit(server.link('patient', 'alex-morgan', '/c/c-alex'));
    await tab.page
      .getByText(/^You wrote today at .* There is no answer yet\. \d+ p(erson is|eople are) ahead of you\.$/)
      .waitFor();
    await server.says('c-alex', 'doctor', 'Good morning.');
    await tab.page.locator('summary').getByText('When Dr. Lena Fischer is on duty').waitFor();
  });
});

describe('signing in', () => {
  it('says what to do where there is no link, or one that is no good, and takes the next one', async () => {
    const tab = await visit(server.url);
    const { page } = tab;
    await page.getByRole('heading', { name: 'Open the link that you were sent' }).waitFor();
    await page.goto(`${server.url}/#token=forged`);
    await page.getByRole('heading', { name: 'This link is not valid' }).waitFor();
    expect(page.url()).toBe(`${server.url}/`);
    await page.goto(server.link('doctor', FISCHER));
    await tab.item('Sam Rivera').waitFor();
    expect(page.url()).toBe(`${server.url}/`);
    // Somebody else finds nothing of it.
    await page.evaluate(`sessionStorage.setItem('consultation-chat:left', 'draft')`);
    await page.goto(server.link('patient', 'sam-rivera'));
    await tab.stream.getByText('Secret symptom 1').waitFor();
    expect(await page.evaluate(`sessionStorage.getItem('consultation-chat:left')`)).toBeNull();
  });

  it('asks before it discards what another person has written in this tab and not sent', async () => {
    const tab = await visit(server.link('patient', 'sam-rivera', '/c/c-sam'));
    const { page } = tab;
    const card = page.getByRole('alert').filter({ hasText: 'Who goes on in this tab?' });
    await tab.draft.fill('Half a sentence');
    await page.goto(server.link('doctor', FISCHER));
    await card.waitFor();
    expect(await tab.violations()).toEqual([]);
    // A reload decides nothing.
    await page.reload();
    await card.getByRole('button', { name: 'Stay with the person before' }).click();
    await eventually(() => tab.draft.inputValue()).toBe('Half a sentence');
    await page.goto(server.link('doctor', FISCHER));
    await card.getByRole('button', { name: 'Discard and go on' }).click();
    await tab.item('Sam Rivera').waitFor();
    expect(await page.evaluate('Object.values(sessionStorage).join()')).not.toContain('Half a sentence');
  });

  it('sends nothing of one person as another one, whose link comes while it waits for the connection', async () => {
    const tab = await visit(server.link('patient', 'sam-rivera', '/c/c-sam'));
    const { page } = tab;
    await page.context().setOffline(true);
    await tab.send('Words that wait');
    await tab.stream.getByText('Waiting for the connection').waitFor();
    await page.evaluate(`location.hash = 'token=${server.token('doctor', FISCHER)}'`);
    // It is not known who is here: nothing is shown of anybody.
    await tab.stream.waitFor({ state: 'detached' });
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Stay with the person before' }).click();
    const message = tab.stream.locator('.message', { hasText: 'Words that wait' });
    await eventually(() => message.textContent()).toMatch(/Sent\s*$/);
    expect(await message.textContent()).not.toContain('Not sent');
  });

  it('says so when it ends, and keeps what is written', async () => {
    const token = server.token('patient', 'sam-rivera');
    const tab = await visit(`${server.url}/#token=${token}`);
    await tab.draft.fill('Half a sentence');
    server.revoke(token);
    server.cut(true);
    server.cut(false);
    await tab.page.getByText('Your sign-in has ended').first().waitFor();
    expect(await tab.draft.inputValue()).toBe('Half a sentence');
    await tab.page.goto(server.link('patient', 'sam-rivera', '/c/c-sam'));
    await eventually(() => tab.draft.inputValue()).toBe('Half a sentence');
    await tab.send('A whole sentence');
    await tab.stream.getByText('A whole sentence').waitFor();
  });

  it('takes a token from a page of a listed origin that frames it, and from no other', async () => {
    const token = server.token('doctor', FISCHER);
    const browser = await openBrowser();
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${listed.url}/#${server.url} ${token}`);
    await page.frameLocator('iframe').locator('.item').first().waitFor();
    expect(await page.evaluate('window.asked')).toBeGreaterThan(0);
    await context.close();
    // Another one gets to show it in no frame, and to tell a window of its own nothing.
    const elsewhere = await browser.newContext();
    const stranger = await elsewhere.newPage();
    await stranger.goto(`${other.url}/#${server.url} ${token}`);
    await stranger.frames()[1]?.waitForLoadState();
    expect(await stranger.frames()[1]?.title()).not.toBe('Consultation chat');
    const [opened] = await Promise.all([
      elsewhere.waitForEvent('page'),
      stranger.evaluate('window.openIt()'),
    ]);
    await opened.getByRole('heading', { name: 'Open the link that you were sent' }).waitFor();
    await stranger.evaluate('window.handIn()');
    expect(await opened.evaluate(`sessionStorage.getItem('consultation-chat:token')`)).toBeNull();
    expect(await stranger.evaluate('window.asked')).toBe(0);
    await elsewhere.close();
  });
});

import type { Worker } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { patienceMs } from '../../support/browser.js';
import { PHONE, pagesWithDisplay } from './notice-display.js';
import { eventually, type PeopleTab } from './people-driver.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';
import { usePeople } from './use-people.js';

const NO_WORKERS = `Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined });`;
const NO_NOTIFICATIONS = 'delete window.Notification;';
const INSECURE = `Object.defineProperty(window, 'isSecureContext', { get: () => false });`;
const FORBIDDEN = `${PHONE} Notification.permission = 'denied';`;
const DESKTOP = `window.notices = [];
  window.Notification = class extends EventTarget {
    static permission = 'granted';
    constructor(title, options) { super(); window.notices.push(Object.assign(this, { told: title, options })); }
    close() { this.isClosed = true; }
  };`;
/** A page asks the browser what is shown: of that a browser without a window knows nothing, either. */
const TRAY = `window.taken = [];
  ServiceWorkerRegistration.prototype.getNotifications = async ({ tag }) => [{ close: () => window.taken.push(tag) }];`;
const looked = (state: string): string =>
  `Object.defineProperties(document, {
    hidden: { configurable: true, get: () => ${state === 'hidden'} },
    visibilityState: { configurable: true, get: () => '${state}' },
  });
  document.dispatchEvent(new Event('visibilitychange'));`;
const [HIDDEN, VISIBLE] = [looked('hidden'), looked('visible')];
const SWITCH = 'With a notification, without content and names';
const TRIAL = 'You will be told of news like this.';

let server: PeopleServer;
let pages: Awaited<ReturnType<typeof pagesWithDisplay>>;
const visit = usePeople(async () => {
  pages = await pagesWithDisplay();
  server = await openPeopleServer([], pages.folder);
  await server.open({ consultationId: 'sam', patient: 'Sam Rivera' });
  await server.open({ consultationId: 'zoe', patient: 'Zoë Müller' });
  return server;
});
afterAll(() => pages.remove());

async function asDoctor(before: string, path = '/'): Promise<PeopleTab> {
  const tab = await visit(server.link('doctor', 'dr-lena-fischer', path), { before });
  await tab.item('Zoë Müller').waitFor();
  return tab;
}

const switchOf = ({ page }: PeopleTab) => page.getByLabel(SWITCH);
const registered = ({ page }: PeopleTab): Promise<unknown> =>
  page.evaluate('navigator.serviceWorker.getRegistrations().then((all) => all.map(({ scope }) => scope))');
const openSettings = ({ page }: PeopleTab) => page.getByRole('button', { name: 'Settings' }).click();
const closeSettings = ({ page }: PeopleTab) => page.getByRole('button', { name: 'Close' }).click();

async function workerOf({ page }: PeopleTab): Promise<Worker> {
  const context = page.context();
  return context.serviceWorkers()[0] ?? context.waitForEvent('serviceworker', { timeout: patienceMs });
}

/** A tab of a phone in which notifications are on, and their worker. */
async function switchedOn(path?: string, before = '') {
  const tab = await asDoctor(PHONE + before, path);
  await openSettings(tab);
  await switchOf(tab).click();
  await eventually(() => switchOf(tab).isChecked()).toBe(true);
  await closeSettings(tab);
  const worker = await workerOf(tab);
  const titles = (): Promise<string[]> => worker.evaluate('shown.map(({ title }) => title)');
  return { tab, worker, titles };
}

describe('where only a service worker can show notifications', () => {
  it('nothing is registered until somebody wants it; then they come, without content and names, and lead there', async () => {
    const before = await asDoctor(PHONE);
    expect(await registered(before)).toEqual([]);
    const { tab, worker, titles } = await switchedOn();
    expect(await registered(tab)).toEqual([`${server.url}/people-notices/`]);
    expect(await titles()).toEqual([TRIAL]);

    await server.says('zoe', 'user', 'Ulcer, secret');
    await eventually(titles).toEqual([TRIAL, 'A new patient is waiting.']);
    const shown = JSON.stringify(await worker.evaluate('shown'));
    for (const word of ['secret', 'Ulcer', 'Müller', 'Zo\u00eb', 'dr-lena', 'Fischer'])
      expect(shown).not.toContain(word);
    expect(shown).toContain('"tag":"consultation-chat:zoe","renotify":true,"lang":"en","dir":"ltr"');

    expect(await worker.evaluate('click(1)')).toEqual({ focused: expect.any(String) });
    await tab.page.locator('consultation-chat').getByRole('heading', { name: 'Zoë Müller' }).waitFor();
    expect(tab.complaints).toEqual([]);
  });

  it('a click leads to the tab that told of it, to another one once that is closed, and to a new one at last', async () => {
    const { tab, worker, titles } = await switchedOn('/c/zoe');
    const context = tab.page.context();
    await server.says('sam', 'user', 'Hello');
    await eventually(titles).toContain('A new patient is waiting.');
    const other = await context.newPage();
    await other.goto(`${server.url}/c/zoe`);
    const last = (await worker.evaluate('shown.length - 1')) as number;
    const { focused } = (await worker.evaluate(`click(${last})`)) as { readonly focused: string };
    await tab.page.waitForURL('**/c/sam');
    expect(new URL(other.url()).pathname).toBe('/c/zoe');
    // It keeps the worker alive, and is no page of the chat.
    const foreign = await context.newPage();
    await foreign.goto(`${server.url}/favicon.svg`);
    await tab.page.close();
    const second = await worker.evaluate(`click(${last})`);
    expect(second).toEqual({ focused: expect.any(String) });
    expect(second).not.toEqual({ focused });
    await other.close();
    expect(await worker.evaluate(`click(${last})`)).toEqual({ opened: `${server.url}/c/sam` });
  });

  it('one goes when its conversation is opened, looked at again, or was read elsewhere, and no other', async () => {
    const { tab, titles } = await switchedOn('/c/zoe', TRAY);
    const { page } = tab;
    const taken = () => page.evaluate('window.taken.splice(0)');
    const isTold = async (count: number) => eventually(async () => (await titles()).length).toBe(count);
    await tab.draft.waitFor();
    await taken();
    await server.says('sam', 'user', 'Hello');
    await isTold(2);
    expect(await taken()).toEqual([]);
    await tab.item('Sam Rivera').click();
    await eventually(taken).toContain('consultation-chat:sam');
    await page.evaluate(HIDDEN);
    await server.says('sam', 'user', 'Are you there?');
    await isTold(3);
    await taken();
    await page.evaluate(VISIBLE);
    await eventually(taken).toContain('consultation-chat:sam');

    await server.says('zoe', 'user', 'Hello');
    await isTold(4);
    await taken();
    const other = await asDoctor('', '/c/zoe');
    await other.draft.waitFor();
    await eventually(taken).toEqual(['consultation-chat:zoe']);
  });

  it('they come after a reload, and the worker goes when they are switched off', async () => {
    const { tab, titles } = await switchedOn();
    await tab.page.addInitScript(`Notification.permission = 'granted';`);
    await tab.page.reload();
    await tab.item('Sam Rivera').waitFor();
    await server.says('zoe', 'user', 'Hello again');
    await eventually(titles).toContainEqual(expect.stringMatching(/patient/));
    await openSettings(tab);
    expect(await switchOf(tab).isChecked()).toBe(true);
    await switchOf(tab).click();
    await eventually(() => registered(tab)).toEqual([]);
    expect(await switchOf(tab).isChecked()).toBe(false);
  });

  it('the worker stands before no request, and keeps nothing', async () => {
    const { tab, worker } = await switchedOn();
    await tab.page.reload();
    await tab.item('Sam Rivera').waitFor();
    expect(await tab.page.evaluate('navigator.serviceWorker.controller')).toBeNull();
    expect(await worker.evaluate('caches.keys()')).toEqual([]);
    const response = await fetch(`${server.url}/people-worker.js`);
    expect(response.headers.get('content-type')).toMatch(/^(text|application)\/javascript/);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(await response.text()).not.toMatch(/fetch|caches|indexedDB|importScripts/);
  });
});

describe('the switch', () => {
  it.each([
    [
      'the browser has no notifications',
      NO_NOTIFICATIONS,
      'This browser has no notifications for a page like this one.',
    ],
    [
      'the page came without HTTPS',
      INSECURE,
      'Notifications need a secure connection (https), and this page has none.',
    ],
    ['somebody has forbidden them', FORBIDDEN, 'Your browser does not allow notifications for this page.'],
  ])('says so where %s', async (_reason, before, words) => {
    const tab = await asDoctor(before);
    await openSettings(tab);
    await tab.page.getByText(words).waitFor();
    expect(await switchOf(tab).isDisabled()).toBe(true);
    expect(await switchOf(tab).isChecked()).toBe(false);
    await tab.page.getByText('You are told only while this page is open.').waitFor();
    expect(await tab.violations()).toEqual([]);
  });

  it('stays off where nobody can show any, and says so; it may be tried again', async () => {
    const tab = await asDoctor(PHONE + NO_WORKERS);
    await openSettings(tab);
    await switchOf(tab).click();
    await tab.page.getByText('The last notification could not be shown.').waitFor();
    expect(await switchOf(tab).isChecked()).toBe(false);
    expect(await switchOf(tab).isDisabled()).toBe(false);
    expect(await tab.page.evaluate(`localStorage.getItem('consultation-chat:notice-desktop')`)).toBeNull();
    expect(await tab.violations()).toEqual([]);
  });

  it('stays off where the person allows none, or does not answer', async () => {
    const tab = await asDoctor(`${PHONE} window.answers = 'default';`);
    await openSettings(tab);
    await switchOf(tab).click();
    await eventually(() => switchOf(tab).isChecked()).toBe(false);
    await tab.page.evaluate('Notification.requestPermission = () => new Promise(() => undefined)');
    await switchOf(tab).click();
    expect(await switchOf(tab).isChecked()).toBe(false);
    expect(await registered(tab)).toEqual([]);
  });

  it('falls back on the page’s own notifications without service workers', async () => {
    const tab = await asDoctor(DESKTOP + NO_WORKERS);
    await openSettings(tab);
    await switchOf(tab).click();
    await eventually(() => switchOf(tab).isChecked()).toBe(true);
    await server.says('sam', 'user', 'Are you there?');
    await eventually(() => tab.page.evaluate('notices.length')).toBe(2);
    await tab.page.evaluate('notices[1].onclick()');
    await tab.page.waitForURL('**/c/sam');
    await server.says('zoe', 'user', 'And you?');
    await eventually(() => tab.page.evaluate('notices.length')).toBe(3);
    expect(await tab.page.evaluate('notices[2].isClosed ?? false')).toBe(false);
    await closeSettings(tab);
    await tab.item('Zoë Müller').click();
    await eventually(() => tab.page.evaluate('notices[2].isClosed')).toBe(true);
  });
});

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desktop, openBrowser, patienceMs, phone } from '../../support/browser.js';
import { daily } from '../../support/clinic.js';
import { openPeople, type PeopleTab, tiny } from './people-driver.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';

const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
const ENGLISH = 'en-GB';
const ARABIC = 'ar';

let browser: Browser;
let server: PeopleServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([openBrowser(), openPeopleServer()]);
  await server.open({ consultationId: 'c-alex', patient: 'Alex Morgan' });
  await server.open({ consultationId: 'c-sam', patient: 'Sam Rivera' });
  await server.open({ consultationId: 'c-mo', patient: 'محمد العلي' });
  const windows = daily('09:00', '11:30');
  await server.open({ consultationId: 'c-ada', patient: 'Alex Morgan', doctor: 'Dr. Ada Okafor', windows });
  await server.says('c-sam', 'user', 'Good morning, doctor.');
  await server.says('c-alex', 'user', 'May I ask something?');
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

/** Goes through every state of the page, and looks at each. */
async function goThrough(tab: PeopleTab, look: (state: string) => Promise<void>): Promise<void> {
  const { page } = tab;
  const settings = page.locator('.bar .round');
  await page.locator('.card').waitFor();
  await look('no link');
  await settings.click();
  await page.locator('dialog[open]').waitFor();
  await look('settings');
  await page.keyboard.press('Escape');
  await page.goto(server.link('doctor', 'dr-lena-fischer'));
  await tab.item('Sam Rivera').waitFor();
  await look('inbox');
  await tab.item('Sam Rivera').click();
  await tab.stream.getByText('Good morning, doctor.').waitFor();
  await look('room');
  for (const index of [0, 1]) {
    await page.locator('.bar .plain').nth(index).click();
    await page.locator('dialog[open]').waitFor();
    await look(index === 0 ? 'extend' : 'end');
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
  }
  await page.goto(server.link('patient', 'alex-morgan'));
  await tab.items.nth(1).waitFor();
  await look('conversations');
  await tab.item('Fischer').click();
  await tab.stream.getByText('May I ask something?').waitFor();
  await page.locator('summary').click();
  await look('waiting');
}

describe.each([
  ['desktop, light', { viewport: desktop, colorScheme: 'light', locale: ENGLISH }],
  ['phone, dark, right to left', { viewport: phone, colorScheme: 'dark', locale: ARABIC, hasTouch: true }],
  ['320×256, light, forced colours', { viewport: tiny, forcedColors: 'active', locale: ENGLISH }],
] as const)('the page of people on %s', (_name, options) => {
  it('has no fault that axe-core finds, and no sideways scroll, in any state', async () => {
    const tab = await openPeople(browser, server.url, options);
    const faults: string[] = [];
    await goThrough(tab, async (state) => {
      for (const fault of await tab.violations()) faults.push(`${state}: ${fault}`);
      if ((await tab.page.evaluate(OVERFLOW)) !== 0) faults.push(`${state}: scrolls sideways`);
    });
    expect(faults).toEqual([]);
    const isArabic = options.locale === ARABIC;
    expect(await tab.page.evaluate('document.documentElement.dir')).toBe(isArabic ? 'rtl' : 'ltr');
    expect(await tab.page.evaluate('document.documentElement.lang')).toMatch(isArabic ? /^ar/ : /^en/);
    await tab.close();
  });
});

/** Bytes of a page's own files as they come over the wire once compressed, by name. */
async function transferred(page: Page): Promise<ReadonlyMap<string, number>> {
  const { gzipSync } = await import('node:zlib');
  const sizes = new Map<string, number>();
  page.on('response', async (response) => {
    const { pathname } = new URL(response.url());
    if (!/\/socket\.io|\/api\//.test(pathname) && response.ok())
      sizes.set(pathname, gzipSync(await response.body(), { level: 9 }).length);
  });
  return sizes;
}

const WATCH_SHIFTS = `window.shifts = 0;
  new PerformanceObserver((list) => { for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.shifts += value; })
    .observe({ type: 'layout-shift', buffered: true });`;

describe('what the page costs', () => {
  it('is at most 60 kB and a dozen requests, with a room open, and nothing moves while the list comes', async () => {
    const tab = await openPeople(browser, 'about:blank', { viewport: phone, before: WATCH_SHIFTS });
    const sizes = await transferred(tab.page);
    const requests: string[] = [];
    tab.page.on('request', (request) => requests.push(request.url()));
    await tab.page.goto(server.link('doctor', 'dr-lena-fischer'));
    await tab.item('Sam Rivera').waitFor();
    const ofPage = requests.filter((url) => !url.includes('/socket.io'));
    expect(ofPage.length, ofPage.join('\n')).toBeLessThanOrEqual(12);
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect(total, JSON.stringify([...sizes])).toBeLessThanOrEqual(60_000);
    expect(total).toBeGreaterThan(20_000);
    // Of what may be 0.1 before people mind.
    expect(await tab.page.evaluate('window.shifts')).toBeLessThan(0.001);

    await tab.item('Sam Rivera').click();
    await tab.stream.getByText('Good morning, doctor.').waitFor();
    await expect
      .poll(() => [...sizes.values()].reduce((sum, size) => sum + size, 0), { timeout: patienceMs })
      .toBeGreaterThan(total);
    const withRoom = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect(withRoom, JSON.stringify([...sizes])).toBeLessThanOrEqual(60_000);
    expect(requests.filter((url) => !url.includes('/socket.io')).length).toBeLessThanOrEqual(12);
    await tab.close();
  });
});

import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { afterFrames } from '../../support/browser.js';
import { eventually } from './people-driver.js';
import { idOf, openPeopleServer, type PeopleServer } from './people-server.js';
import { usePeople } from './use-people.js';

const LINES = 80;
/** What is on screen has been looked at by then. */
const DRAWN = afterFrames(8);

let server: PeopleServer;
const visit = usePeople(async () => {
  server = await openPeopleServer();
  return server;
});

const unreadIn = async (page: Page, name: string): Promise<number> => {
  const row = await page.locator('.item').filter({ hasText: name }).textContent();
  return Number(/(\d+) unread message/.exec(row ?? '')?.[1] ?? 0);
};
const inTitle = async (page: Page): Promise<number> =>
  Number(/^\((\d+)\)/.exec(await page.title())?.[1] ?? 0);

async function newTab(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

/** Reads the first of many messages, and jumps over others to the end by an answer. @returns what is left unread. */
async function skip(doctor: string, prefix: string) {
  await server.open({ consultationId: `${prefix}-long`, patient: 'Zoë Müller', doctor });
  await server.open({ consultationId: `${prefix}-short`, patient: 'Ed Fox', doctor });
  for (let line = 1; line <= LINES; line += 1) await server.says(`${prefix}-long`, 'user', `Line ${line}`);
  const id = idOf(doctor);
  const tab = await visit(server.link('doctor', id, `/c/${prefix}-long`));
  const { page } = tab;
  await tab.draft.waitFor();
  await eventually(() => unreadIn(page, 'Zoë Müller')).toBeLessThan(LINES);
  await page.evaluate(DRAWN);
  await tab.send('An answer');
  await tab.stream.getByText('An answer').waitFor();
  await page
    .locator('consultation-chat')
    .getByRole('button', { name: /unread messages above$/ })
    .waitFor();
  await page.evaluate(DRAWN);
  const left = await unreadIn(page, 'Zoë Müller');
  // Of the first and of the last messages at least ten each were on screen.
  expect(left).toBeLessThan(LINES - 15);
  expect(left).toBeGreaterThan(20);
  return { tab, page, left, id };
}

/** What an installed page shows on its icon; null for nothing. */
const RECORD_BADGE = `window.badge = null;
  Navigator.prototype.setAppBadge = async (count) => { window.badge = count; };
  Navigator.prototype.clearAppBadge = async () => { window.badge = null; };`;

describe('the icon', () => {
  it('counts what is unread on the badge and in the picture, until it was read', async () => {
    const doctor = 'Dr. Di Badge';
    await server.open({ consultationId: 'icon', patient: 'Mo Berg', doctor });
    for (const line of ['One', 'Two']) await server.says('icon', 'user', line);
    const tab = await visit(server.link('doctor', idOf(doctor), '/'), { before: RECORD_BADGE });
    const { page } = tab;
    const badge = () => page.evaluate('window.badge');
    const picture = async () =>
      decodeURIComponent((await page.locator('link[rel=icon]').getAttribute('href')) ?? '');
    await eventually(badge).toBe(2);
    expect(await picture()).toMatch(/>2<\/text>/);
    await server.says('icon', 'user', 'Three');
    await eventually(badge).toBe(3);
    await tab.item('Mo Berg').click();
    await eventually(badge).toBeNull();
    expect(await picture()).toMatch(/favicon\.svg$/);
    expect(await inTitle(page)).toBe(0);
  });
});

describe('the icon soon after signing in', () => {
  it('counts before the parts are loaded that only have to be there without a network', async () => {
    const doctor = 'Dr. Su Prompt';
    await server.open({ consultationId: 'prompt', patient: 'Al Moor', doctor });
    await server.says('prompt', 'user', 'One');
    const neverLate = `{ const real = window.setTimeout;
      window.setTimeout = (done, ms, ...given) => (ms >= 10_000 ? 0 : real(done, ms, ...given)); }`;
    const before = RECORD_BADGE + neverLate;
    const tab = await visit(server.link('doctor', idOf(doctor), '/'), { before });
    await eventually(() => tab.page.evaluate('window.badge')).toBe(1);
  });
});

describe('what was seen behind something that was skipped', () => {
  it('counts as seen in the list and the title, also when the room is left, and after a reload', async () => {
    const { tab, page, left } = await skip('Dr. Ada Long', 'a');
    await eventually(() => inTitle(page)).toBe(left);
    await tab.item('Ed Fox').click();
    await tab.page.locator('consultation-chat').getByRole('heading', { name: 'Ed Fox' }).waitFor();
    await page.evaluate(DRAWN);
    expect(await unreadIn(page, 'Zoë Müller')).toBe(left);
    await page.reload();
    await tab.item('Zoë Müller').waitFor();
    expect(await unreadIn(page, 'Zoë Müller')).toBe(left);
    await eventually(() => inTitle(page)).toBe(left);
    // More that comes is more that is unread.
    await server.says('a-long', 'user', 'One more');
    await eventually(() => unreadIn(page, 'Zoë Müller')).toBe(left + 1);
    expect(tab.complaints).toEqual([]);
  });

  it('counts as seen in another tab of the same person, and not with anybody else', async () => {
    const { page, left, id } = await skip('Dr. Bo Long', 'b');
    const context = page.context();
    const second = await newTab(context, server.link('doctor', id, '/c/b-short'));
    await eventually(() => unreadIn(second, 'Zoë Müller')).toBe(left);
    // By then the patient's tab would have taken it for its own.
    const patient = await newTab(context, server.link('patient', idOf('Zoë Müller'), '/'));
    await patient.locator('.bar').waitFor();
    await second.reload();
    await eventually(() => unreadIn(second, 'Zoë Müller')).toBe(left);
    expect(await patient.evaluate(`Object.keys(sessionStorage).join()`)).not.toMatch(/b-long:doctor:seen/);
    await page.close();
    await second.locator('.item', { hasText: 'Zoë Müller' }).click();
    const below = second.locator('consultation-chat').getByRole('button', { name: /new messages$/ });
    await below.waitFor();
    expect(await unreadIn(second, 'Zoë Müller')).toBeLessThanOrEqual(left);
  });

  it('is forgotten in a tab in which somebody signs out', async () => {
    const { page } = await skip('Dr. Cy Long', 'c');
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByText('You have signed out in this tab.').waitFor();
    expect(await page.evaluate('Object.keys(sessionStorage).length + Object.keys(localStorage).length')).toBe(
      0,
    );
  });
});

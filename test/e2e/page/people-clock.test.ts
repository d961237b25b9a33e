import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { HOUR_MS } from '../../../src/domain/instant.js';
import { openBrowser, phone } from '../../support/browser.js';
import { eventually, openPeople, type PeopleTab } from './people-driver.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';
import { clockAhead } from './use-people.js';

let browser: Browser;
let server: PeopleServer;
let tab: PeopleTab | undefined;

beforeAll(async () => {
  browser = await openBrowser();
  server = await openPeopleServer();
  for (const [consultationId, lastsMs] of [
    ['short', HOUR_MS],
    ['long', 12 * HOUR_MS],
  ] as const)
    await server.open({ consultationId, patient: 'Ida Krause', lastsMs });
});
afterEach(() => tab?.close());
afterAll(async () => {
  await browser.close();
  await server.close();
});

async function listAt(hoursOff: number): Promise<readonly string[]> {
  tab = await openPeople(browser, server.link('patient', 'ida-krause'), {
    viewport: phone,
    timezoneId: 'UTC',
    before: clockAhead(hoursOff * HOUR_MS),
  });
  const { items, page } = tab;
  await eventually(() => items.count()).toBe(2);
  // What has run out is grey, and at the end.
  expect(await page.locator('.item[data-over=true]').count()).toBe(0);
  const words = await items.allInnerTexts();
  // The waiting room is only there before a consultation has run out.
  await items.nth(1).click();
  await page.getByText('When Dr. Lena Fischer is on duty').waitFor();
  await tab.close();
  return words;
}

it.each([-26, -3, 3, 26])('a phone whose clock is %i hours off shows what others show', async (hours) => {
  expect(await listAt(hours)).toEqual(await listAt(0));
});

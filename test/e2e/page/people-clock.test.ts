import { expect, it } from 'vitest';
import { HOUR_MS } from '../../../src/domain/instant.js';
import { phone } from '../../support/browser.js';
import { eventually } from './people-driver.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';
import { clockAhead, usePeople } from './use-people.js';

let server: PeopleServer;
const visit = usePeople(async () => {
  server = await openPeopleServer();
  await server.open({ consultationId: 'short', patient: 'Ida Krause', lastsMs: HOUR_MS });
  await server.open({ consultationId: 'long', patient: 'Ida Krause', lastsMs: 12 * HOUR_MS });
  return server;
});

async function listAt(hoursOff: number): Promise<readonly string[]> {
  const { items, page } = await visit(server.link('patient', 'ida-krause'), {
    viewport: phone,
    timezoneId: 'UTC',
    before: clockAhead(hoursOff * HOUR_MS),
  });
  await eventually(() => items.count()).toBe(2);
  // What has run out is grey, and at the end.
  expect(await page.locator('.item[data-over=true]').count()).toBe(0);
  const words = await items.allInnerTexts();
  // The waiting room is only there before a consultation has run out.
  await items.nth(1).click();
  await page.getByText('When Dr. Lena Fischer is on duty').waitFor();
  return words;
}

it.each([-26, -3, 3, 26])('a phone whose clock is %i hours off shows what others show', async (hours) => {
  expect(await listAt(hours)).toEqual(await listAt(0));
});

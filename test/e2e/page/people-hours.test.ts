import { describe, expect, it } from 'vitest';
import { ROUND_THE_CLOCK } from '../../support/clinic.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';
import { usePeople } from './use-people.js';

let server: PeopleServer;
const visit = usePeople(async () => {
  server = await openPeopleServer();
  // Each day a while after now: nobody is on duty, and all of a week is to come. No time zone has midnight in between.
  const hour = String((new Date().getUTCHours() + 3) % 24).padStart(2, '0');
  const windows = ROUND_THE_CLOCK.map((window) => ({
    ...window,
    startTime: `${hour}:10`,
    endTime: `${hour}:20`,
  }));
  await server.open({
    consultationId: 'hours',
    patient: 'Ola Dahl',
    doctor: 'Dr. Noah Weber',
    windows,
    timeZone: 'UTC',
    lastsMs: 10 * 86_400_000,
  });
  return server;
});

describe('the hours of a week on a small phone', () => {
  it.each(['en-GB', 'de-DE', 'ar-EG'])(
    'are whole in %s, broken between date and time only, and so is the room below',
    async (locale) => {
      const tab = await visit(server.link('patient', 'ola-dahl'), {
        locale,
        viewport: { width: 320, height: 568 },
        timezoneId: 'America/New_York',
      });
      const { page } = tab;
      await page.locator('consultation-chat .closed').waitFor();
      await page.locator('summary').click();
      const parts = page.locator('.hours td span');
      await parts.last().waitFor();
      const heights = await parts.evaluateAll((spans) => spans.map(({ clientHeight }) => clientHeight));
      expect(heights.length).toBeGreaterThanOrEqual(2 * 2 * 6);
      expect(Math.max(...heights), 'one line each').toBeLessThan(1.5 * Math.min(...heights));
      const cutOff = (selector: string) =>
        page.locator(selector).evaluate((one) => one.scrollHeight - one.clientHeight);
      expect(await cutOff('.waiting')).toBeLessThanOrEqual(1);
      expect(await cutOff('consultation-chat .closed')).toBeLessThanOrEqual(1);
      // The end of it all can be reached.
      const end = page.locator('consultation-chat .closed');
      await end.scrollIntoViewIfNeeded();
      const box = await end.boundingBox();
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(568);
    },
  );
});

import { afterAll, describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/instant.js';
import type { DayOfWeek, WeeklyWindow } from '../../../src/domain/schedule/weekly-window.js';
import { afterFrames, phone } from '../../support/browser.js';
import { type HostPage, openHostPage } from './host-page.js';
import { eventually, type PeopleTab, type PeopleTabOptions } from './people-driver.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';
import { HEAR, usePeople } from './use-people.js';

/** Up and down through the whole conversation, as somebody reads. */
const READ_ALL = `new Promise((resolve) => {
  const stream = document.querySelector('consultation-chat').shadowRoot.querySelector('.stream');
  const frame = (run) => requestAnimationFrame(() => requestAnimationFrame(run));
  stream.scrollTop = 0;
  const step = () => {
    if (stream.scrollTop + stream.clientHeight > stream.scrollHeight - 2) return frame(resolve);
    stream.scrollTop += stream.clientHeight / 2;
    frame(step);
  };
  frame(step);
})`;
/** Whatever was to be drawn is. */
const DRAWN = afterFrames(8);

let server: PeopleServer;
let host: HostPage;
const visit = usePeople(async () => {
  host = await openHostPage();
  server = await openPeopleServer([host.url]);
  return server;
});
afterAll(() => host.close());

const asPatient = (patientId: string, options?: PeopleTabOptions): Promise<PeopleTab> =>
  visit(server.link('patient', patientId), { viewport: phone, ...options });

/** On duty on the days that come in so many days, and on no other. */
const dutyInDays = (...days: readonly number[]): readonly WeeklyWindow[] =>
  days.map((day) => ({
    dayOfWeek: new Date(Date.now() + day * DAY_MS).getUTCDay() as DayOfWeek,
    startTime: '09:00',
    endTime: '17:00',
  }));

describe('a consultation that runs out', () => {
  it('mentions no hours anywhere if it ends before the doctor is back', async () => {
    await server.open({
      consultationId: 'short',
      patient: 'Rui Costa',
      doctor: 'Dr. Noah Weber',
      timeZone: 'UTC',
      windows: dutyInDays(3, 4),
    });
    const tab = await visit('about:blank', { viewport: phone });
    // What tells of the hours, and the hours themselves, come a little later than the room.
    await Promise.all([
      ...[/people-waiting/, /availability/].map((address) => tab.page.waitForResponse(address)),
      tab.page.goto(server.link('patient', 'rui-costa')),
    ]);
    await tab.page.getByText('This consultation runs out before that').waitFor();
    await tab.page.evaluate(DRAWN);
    expect(await tab.page.locator('.waiting').count()).toBe(0);
    expect((await tab.page.locator('consultation-chat .duty').textContent())?.trim()).toBe('Off duty');
  });

  it('mentions only the hours that begin before its end', async () => {
    await server.open({
      consultationId: 'between',
      patient: 'Pia Falk',
      doctor: 'Dr. Ada Okafor',
      timeZone: 'UTC',
      windows: dutyInDays(2, 5),
      lastsMs: 4 * DAY_MS,
    });
    const tab = await asPatient('pia-falk', { timezoneId: 'UTC' });
    await tab.page.locator('summary').click();
    await eventually(() => tab.page.locator('.hours tbody tr').count()).toBe(1);
  });
});

/** What the regions around the room that are read out have said since. */
const HEAR_REGIONS = `(() => {
  window.said = [];
  new MutationObserver((changes) => {
    const said = changes.flatMap(({ target, addedNodes }) => {
      const region = (target.closest ? target : target.parentElement)?.closest('[role=status], [role=log], [role=alert]');
      // Of a log, what is added is read; a status is read as a whole.
      return region == null ? [] : region.role === 'log' ? [...addedNodes].map((node) => node.textContent) : [region.textContent];
    });
    window.said.push(...new Set(said));
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
})()`;

describe('a patient with a screen reader', () => {
  it('hears no hours when an answer comes, and hears nothing twice', async () => {
    await server.open({ consultationId: 'wait', patient: 'Uma Holm' });
    await server.says('wait', 'user', 'May I ask something?');
    const tab = await asPatient('uma-holm');
    await tab.page.locator('summary').getByText('There is no answer yet').waitFor();
    await tab.page.evaluate(HEAR_REGIONS);
    await server.says('wait', 'doctor', 'Please do.');
    await tab.page.locator('summary').getByText('When Dr. Lena Fischer is on duty').waitFor();
    expect(((await tab.page.evaluate('window.said')) as readonly string[]).join()).not.toMatch(
      /on duty|answer/,
    );
    // A status is read as a whole each time, with the sentences of before.
    expect(await tab.page.locator('#spoken').getAttribute('role')).toBe('log');
  });

  it('hears once that a message waits for an answer, and not again after the connection was lost', async () => {
    await server.open({ consultationId: 'again', patient: 'Ida Brook' });
    const tab = await asPatient('ida-brook');
    const { page } = tab;
    await tab.draft.waitFor();
    await page.waitForFunction('document.querySelector(".waiting") !== null');
    await page.evaluate(HEAR_REGIONS);
    const said = async (): Promise<number> =>
      ((await page.evaluate('window.said')) as readonly string[]).filter((one) => /no answer yet/.test(one))
        .length;
    const told = page.locator('summary').getByText('There is no answer yet');
    await tab.send('May I ask something?');
    await told.waitFor();
    await eventually(said).toBe(1);
    for (let turn = 0; turn < 2; turn += 1) {
      await page.context().setOffline(true);
      await told.waitFor({ state: 'detached' });
      await page.context().setOffline(false);
      await told.waitFor();
      await page.evaluate(DRAWN);
    }
    expect(await said()).toBe(1);
    await server.says('again', 'doctor', 'Please do.');
    await told.waitFor({ state: 'detached' });
    await server.says('again', 'user', 'One thing more.');
    await eventually(said).toBe(2);
  });

  it('hears new messages from the room, and nothing for each message that is read', async () => {
    await server.open({ consultationId: 'read', patient: 'Ola Dahl' });
    for (let number = 1; number <= 20; number += 1)
      await server.says('read', 'doctor', `Message ${number}\nof\nthree lines`);
    const tab = await asPatient('ola-dahl', { before: HEAR });
    await tab.draft.waitFor();
    await eventually(() => tab.page.title()).toMatch(/^\(\d+\)/);
    await tab.page.evaluate(READ_ALL);
    await eventually(() => tab.page.title()).toBe('Consultation chat');
    await server.says('read', 'doctor', 'One more');
    await tab.page.locator('#announcer', { hasText: 'One more' }).waitFor({ state: 'attached' });
    const heard = (await tab.page.evaluate('window.heard')) as readonly string[];
    expect(heard.filter((sentence) => !/^\d+ unread messages$/.test(sentence))).toEqual([]);
    expect(heard.length).toBeLessThanOrEqual(1);
  });
});

describe('a host page that has a new token each time', () => {
  it('is asked for a token once when the last one has ended', async () => {
    await server.open({ consultationId: 'framed', patient: 'Ann Day' });
    const tokens = Array.from({ length: 20 }, () => server.token('patient', 'ann-day'));
    const tab = await visit(`${host.url}/#${server.url} ${tokens.join(' ')}`);
    const { page } = tab;
    const asked = async (): Promise<number> => Number(await page.evaluate('window.asked'));
    const onDuty = page.frameLocator('iframe').locator('.duty[data-tone=good]');
    await onDuty.waitFor();
    const before = await asked();
    server.expire(tokens[before - 1] ?? '');
    await eventually(asked).toBeGreaterThan(before);
    await onDuty.waitFor();
    // Each token would have been followed by the next request within a few round trips.
    await page.frames()[1]?.evaluate(`(async () => {
      for (let round = 0; round < 100; round += 1) await fetch('/healthz');
    })()`);
    expect((await asked()) - before).toBeLessThan(4);
  });
});

describe('a link that is not valid', () => {
  it('lets somebody who is already signed in go back to their conversation and their draft', async () => {
    await server.open({ consultationId: 'bad-link', patient: 'Ben Fox' });
    const tab = await asPatient('ben-fox');
    const { page } = tab;
    const back = page.getByRole('button', { name: 'To your conversation' });
    await tab.draft.fill('Half a sentence');
    await page.goto(`${server.url}/#token=forged`);
    await page.getByRole('heading', { name: 'This link is not valid' }).waitFor();
    await back.click();
    await eventually(() => tab.draft.inputValue()).toBe('Half a sentence');
    expect(new URL(page.url()).pathname).toBe('/c/bad-link');
    // Whose own sign-in has ended has nowhere to go back to.
    server.revoke(String(await page.evaluate(`sessionStorage.getItem('consultation-chat:token')`)));
    await page.goto(`${server.url}/#token=forged`);
    await back.click();
    await back.waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'This link is not valid' }).waitFor();
  });
});

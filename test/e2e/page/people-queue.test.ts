import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ADMIN } from '../../support/clinic.js';
import { eventually, type PeopleTab } from './people-driver.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';
import { clockAhead, HEAR, usePeople } from './use-people.js';

const HOUR_MS = 3_600_000;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWX';

let server: PeopleServer;
const visit = usePeople(async () => {
  server = await openPeopleServer();
  return server;
});

const focused = ({ page }: PeopleTab) =>
  page.evaluate<string>(
    '(document.activeElement.shadowRoot?.activeElement ?? document.activeElement).id || document.activeElement.dataset.id',
  );

describe('on arrival', () => {
  const DOCTOR = 'Dr. Kit Arrives';
  beforeAll(async () => {
    for (const [index, patient] of ['Ana One', 'Ben Two', 'Cid Three'].entries()) {
      await server.open({ consultationId: `arrive-${index}`, patient, doctor: DOCTOR });
      if (index > 0) await server.says(`arrive-${index}`, 'user', 'Good morning.');
    }
  });

  it('the keyboard begins at whoever has waited longest, and comes back from nowhere into the list', async () => {
    const tab = await visit(server.link('doctor', 'dr-kit-arrives'));
    const { keyboard } = tab.page;
    await eventually(() => focused(tab)).toBe('arrive-1');
    await keyboard.press('ArrowDown');
    expect(await focused(tab)).toBe('arrive-2');
    // As after a click beside everything.
    await tab.page.evaluate('document.activeElement.blur()');
    await keyboard.press('ArrowDown');
    expect(await focused(tab)).toBe('arrive-1');
    await keyboard.press('Enter');
    await eventually(() => focused(tab)).toBe('draft');
    expect(new URL(tab.page.url()).pathname).toBe('/c/arrive-1');
    expect(tab.complaints).toEqual([]);
  });

  it('a touch screen shows no focus that nobody has put there', async () => {
    const tab = await visit(server.link('doctor', 'dr-kit-arrives'), { hasTouch: true, isMobile: true });
    await tab.item('Ben Two').waitFor();
    await tab.item('Cid Three').tap();
    await tab.draft.waitFor();
    await tab.page.goBack();
    expect(await tab.page.locator('.item:focus-visible').count()).toBe(0);
  });

  it('a list that is long follows nobody whose row moves', async () => {
    const doctor = 'Dr. Long List';
    for (let index = 0; index < 24; index += 1) {
      await server.open({
        consultationId: `long-${index}`,
        patient: `Pat ${LETTERS[index]}${LETTERS[index]}`,
        doctor,
      });
      await server.says(`long-${index}`, 'user', 'Hello.');
    }
    const tab = await visit(server.link('doctor', 'dr-long-list'));
    const first = tab.items.first();
    await eventually(() => focused(tab)).toMatch(/^long-/);
    const id = await focused(tab);
    await server.says(id, 'doctor', 'Good morning.');
    await eventually(() => tab.items.last().getAttribute('data-id')).toBe(id);
    expect(await focused(tab)).toBe(id);
    expect(await first.evaluate((row) => row.getBoundingClientRect().top)).toBeGreaterThan(100);
    // Whom a search has found is to be seen in the list that is whole again.
    const search = tab.page.locator('#search');
    await search.fill('rr');
    await eventually(() => tab.items.count()).toBe(1);
    await search.press('Enter');
    await eventually(() => tab.items.count()).toBe(24);
    await eventually(() => focused(tab)).toBe('draft');
    const chosen = tab.page.locator('.item[aria-current]');
    const height = tab.page.viewportSize()?.height ?? 0;
    await eventually(() => chosen.evaluate((row) => row.getBoundingClientRect().bottom)).toBeLessThanOrEqual(
      height,
    );
  });
});

describe('the row of the open conversation', () => {
  it('is in view in a long list, also when the row moves, unless somebody is at the list', async () => {
    const doctor = 'Dr. Deep Link';
    for (let index = 0; index < 24; index += 1) {
      const patient = `Row ${LETTERS[index]}${LETTERS[index]}`;
      await server.open({ consultationId: `deep-${index}`, patient, doctor });
      await server.says(`deep-${index}`, 'user', 'Hello.');
    }
    const tab = await visit(server.link('doctor', 'dr-deep-link', '/c/deep-16'));
    const { page } = tab;
    const isInView = () =>
      page.evaluate<boolean>(`(() => {
        const { top, bottom } = document.querySelector('.item[aria-current]').getBoundingClientRect();
        const head = document.querySelector('.list-head').getBoundingClientRect().bottom;
        return top >= head && bottom <= innerHeight;
      })()`);
    const place = () => page.evaluate<number>('document.querySelector(".list").scrollTop');
    await tab.items.nth(23).waitFor();
    await eventually(isInView).toBe(true);
    await page.mouse.move(900, 300);
    await server.says('deep-16', 'doctor', 'Good morning.');
    await eventually(() => tab.items.last().getAttribute('data-id')).toBe('deep-16');
    await eventually(isInView).toBe(true);

    await page.goto(server.link('doctor', 'dr-deep-link', '/c/deep-3'));
    await tab.items.nth(23).waitFor();
    await eventually(isInView).toBe(true);
    await page.mouse.move(100, 300);
    const before = await place();
    await server.says('deep-3', 'doctor', 'Good morning.');
    await eventually(() => tab.items.nth(3).getAttribute('data-id')).not.toBe('deep-3');
    expect(await place()).toBe(before);
  });
});

describe('a device whose clock is wrong', () => {
  it.each([5, -5])('by %i hours shows how long patients have waited, and what is over', async (hours) => {
    const doctor = `Dr. Clock ${hours > 0 ? 'Fast' : 'Slow'}`;
    const [id, link] = [
      `clock-${hours}`,
      server.link('doctor', hours > 0 ? 'dr-clock-fast' : 'dr-clock-slow'),
    ];
    const over = Date.now() + 100;
    await server.open({ consultationId: `${id}-over`, patient: 'Ola Over', doctor, lastsMs: 100 });
    await server.open({ consultationId: id, patient: 'Una Punctual', doctor, lastsMs: 2 * HOUR_MS });
    await vi.waitUntil(() => Date.now() > over, { interval: 10 });
    await server.says(id, 'user', 'Good morning.');
    const tab = await visit(link, { before: clockAhead(hours * HOUR_MS) });
    await tab
      .item('Una Punctual')
      .getByText(/^Waiting for (less than a minute|[1-4] minutes?)$/)
      .waitFor();
    await tab
      .item('Ola Over')
      .getByText(/^Ran out today\sat/)
      .waitFor();
    await tab.page.context().setOffline(true);
    await tab.page.getByText(/^No connection. This list is as of/).waitFor();
    const told = await tab.page.locator('.list .warning').textContent();
    const now = new Date().toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit' });
    expect(told).toContain(`as of ${now}:`);
  });
});

describe('a consultation that runs out soon', () => {
  it('says so in the doctor’s list while it can still be extended, and not before', async () => {
    const doctor = 'Dr. Ed Soon';
    for (const [patient, lastsMs] of [
      ['Una Soon', HOUR_MS / 2],
      ['Lea Later', 20 * HOUR_MS],
    ] as const)
      await server.open({ consultationId: patient.slice(0, 3), patient, doctor, lastsMs });
    const tab = await visit(server.link('doctor', 'dr-ed-soon'));
    const soon = tab.item('Una Soon');
    await soon.getByText(/^Runs out (today|tomorrow)\sat\s\d\d:\d\d$/).waitFor();
    await server.says('Una', 'user', 'Are you there?');
    await soon.getByText('Waiting for less than a minute').waitFor();
    await soon.getByText(/^Runs out /).waitFor();
    expect(await tab.item('Lea Later').textContent()).not.toContain('Runs out');
    await soon.click();
    await tab.page.getByRole('button', { name: 'Extend' }).click();
    await tab.page.getByRole('dialog').getByText('Una Soon').waitFor();
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Extend' }).click();
    await soon.getByText(/^Runs out /).waitFor({ state: 'detached' });
  });
});

describe('with a screen reader', () => {
  it('many patients who write at once are one sentence, which says how much is unread by then', async () => {
    const doctor = 'Dr. Hal Hears';
    const ids = Array.from({ length: 12 }, (_, index) => `hear-${index}`);
    for (const consultationId of ids)
      await server.open({ consultationId, patient: `Pat ${consultationId}`, doctor });
    const tab = await visit(server.link('doctor', 'dr-hal-hears'), { before: HEAR });
    await eventually(() => tab.page.locator('link[rel=icon]').getAttribute('data-plain')).toMatch(/favicon/);
    for (const id of ids) await server.says(id, 'user', 'A secret.');
    await eventually(() => tab.page.title()).toBe('(12) Consultation chat');
    await eventually(() => tab.page.evaluate('window.heard')).toEqual(['12 unread messages']);
  });
});

describe('a sign-in that has ended', () => {
  it('is what a question says that cannot be asked any more', async () => {
    await server.open({ consultationId: 'ended', patient: 'Zoë Müller', doctor: 'Dr. Sue Over' });
    const link = server.link('doctor', 'dr-sue-over', '/c/ended');
    const tab = await visit(link);
    await tab.draft.waitFor();
    await tab.page.getByRole('button', { name: 'End', exact: true }).click();
    const dialog = tab.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'End consultation' }).waitFor();
    server.expire(link.split('#token=')[1] ?? '');
    await dialog.getByText('Your sign-in has ended').waitFor();
    expect(await dialog.getByText('as soon as the connection is back').count()).toBe(0);
    expect(await dialog.getByRole('button', { name: 'End consultation' }).isDisabled()).toBe(true);
  });
});

describe('a consultation that is over meanwhile', () => {
  it.each(['End', 'Extend'])('is no longer asked about: %s', async (action) => {
    const id = `over-${action}`;
    await server.open({ consultationId: id, patient: `Zoë ${action}`, doctor: 'Dr. Lu Late' });
    const tab = await visit(server.link('doctor', 'dr-lu-late', `/c/${id}`));
    await tab.item(`Zoë ${action}`).waitFor();
    await tab.draft.waitFor();
    await tab.page.getByRole('button', { name: action, exact: true }).click();
    const dialog = tab.page.getByRole('dialog');
    const confirm = dialog.locator('button[type=submit]');
    await confirm.waitFor();
    expect(await confirm.isDisabled()).toBe(false);
    await server.application.administration.endConsultation(ADMIN, id);
    await dialog.getByText('This consultation has ended').waitFor();
    expect(await confirm.isDisabled()).toBe(true);
    expect(await tab.violations()).toEqual([]);
  });
});

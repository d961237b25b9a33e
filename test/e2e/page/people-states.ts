import type { Page } from 'playwright-core';
import { DAY_MS } from '../../../src/domain/instant.js';
import type { DayOfWeek, WeeklyWindow } from '../../../src/domain/schedule/weekly-window.js';
import { ADMIN, ROUND_THE_CLOCK } from '../../support/clinic.js';
import type { PeopleTab } from './people-driver.js';
import type { PeopleServer } from './people-server.js';

/** One thing that the pages can show. */
export interface StateOfPages {
  readonly name: string;
  /** From wherever the tab is; ends once it is on the screen. */
  reach(tab: PeopleTab, server: PeopleServer): Promise<unknown>;
  /** Puts back what others must not find. */
  leave?(tab: PeopleTab, server: PeopleServer): Promise<unknown>;
}

const FISCHER = 'dr-lena-fischer';
const LISTED = [
  'Sam Rivera',
  'محمد العلي',
  'Zoë Müller-Lüdenscheidt',
  'Ida Berg',
  'Jon Ek',
  'Kim Aho',
  'Lu Li',
];

const SAID = [
  ['user', 'Good morning, Dr. Fischer. The rash on my arm is back since yesterday.'],
  ['doctor', 'Good morning. Does it itch, and have you changed anything, soap for instance?'],
  ['user', 'It itches, mostly at night. And yes: a new washing powder.'],
  ['doctor', 'Then please go back to the old one, and use the cream from last time twice a day.'],
  ['user', 'Thank you! I will write again on Friday.'],
] as const;

/** On duty through the whole day that comes in so many days, and on no other. */
function dutyInDays(days: number): readonly WeeklyWindow[] {
  const dayOfWeek = new Date(Date.now() + days * DAY_MS).getUTCDay() as DayOfWeek;
  return [{ dayOfWeek, startTime: '00:00', endTime: '23:59' }];
}

/** A clinic in which everything is to be found that the pages can show. */
export async function furnish(server: PeopleServer): Promise<void> {
  const { administration, jobs } = server.application;
  await server.open({ consultationId: 'c-alex', patient: 'Alex Morgan' });
  for (const [index, patient] of LISTED.entries())
    await server.open({ consultationId: `c-${index}`, patient });
  for (const [sender, content] of SAID) await server.says('c-alex', sender, content);
  await server.says('c-0', 'user', 'The new tablets make me a little dizzy when I stand up.');
  await server.says('c-0', 'user', 'Should I go on taking them?');
  await server.says('c-1', 'user', 'صباح الخير. هل يمكنني أن أسأل سؤالًا؟');
  await server.open({ consultationId: 'c-end', patient: 'Nia Moss' });
  await server.says('c-end', 'user', 'Thank you for everything.');
  await administration.endConsultation(ADMIN, 'c-end');
  await server.open({ consultationId: 'c-expired', patient: 'Ola Dahl', lastsMs: 200 });
  while ((await jobs.expireConsultations()) === 0) await new Promise((resolve) => setTimeout(resolve, 50));

  await server.open({ consultationId: 'c-ada', patient: 'Alex Morgan', doctor: 'Dr. Ada Okafor' });
  const [timeZone, doctor, lastsMs] = ['UTC', 'Dr. Noah Weber', 7 * DAY_MS];
  await server.open({ consultationId: 'c-off', patient: 'Pia Falk', doctor, timeZone, lastsMs });
  await server.open({ consultationId: 'c-short', patient: 'Rui Costa', doctor, timeZone });
  for (const id of ['c-off', 'c-short']) await server.says(id, 'user', 'May I take them before I eat?');
  await administration.setSchedule(ADMIN, 'dr-noah-weber', { windows: dutyInDays(3) });
  await server.open({ consultationId: 'c-never', patient: 'Tove Lind', doctor: 'Dr. Per Holm', windows: [] });
  const busy = { doctor: 'Dr. Amira Haddad', timeZone: 'America/New_York', windows: mostly(), lastsMs };
  for (const [index, patient] of ['Ann Day', 'Ben Fox', 'Uma Holm'].entries()) {
    await server.open({ consultationId: `c-queue-${index}`, patient, ...busy });
    await server.says(`c-queue-${index}`, 'user', 'May I ask something about my knee?');
  }
  const zones = { doctor: 'Dr. Aiko Sato', timeZone: 'America/New_York', windows: mostly() };
  await server.open({ consultationId: 'c-zones', patient: 'Eva Lund', ...zones });
  await server.says('c-zones', 'user', 'May I ask something about my knee?');
  for (const patientId of ['max-1', 'max-2'])
    await server.open({
      consultationId: `c-${patientId}`,
      patient: 'Max Same',
      patientId,
      doctor: 'Dr. Ina Roth',
    });
  await administration.registerDoctor(ADMIN, { doctorId: 'dr-new', name: 'Dr. New', timeZone, windows: [] });
  await administration.registerPatient(ADMIN, { patientId: 'new', name: 'Noor New' });
}

/** On duty now and at every other time but five minutes of the week, which begin in four days. */
function mostly(): readonly WeeklyWindow[] {
  const gap = new Date(Date.now() + 4 * DAY_MS).getUTCDay();
  return ROUND_THE_CLOCK.map((window) =>
    window.dayOfWeek === gap ? { ...window, startTime: '00:05' } : window,
  );
}

const shown = (page: Page, selector: string): Promise<void> => page.locator(selector).first().waitFor();
const card = (page: Page): Promise<void> => shown(page, '.card');
const room = (page: Page): Promise<void> =>
  shown(page, 'consultation-chat .composer, consultation-chat .closed');

/** As somebody, from a page that knows nobody. */
async function as(tab: PeopleTab, link: string): Promise<void> {
  await tab.page.goto('about:blank');
  await tab.page.goto(link);
}

/** What the server would say to the question who this is. */
async function answersMe(page: Page, status: number, code: string): Promise<void> {
  await page.route('**/api/v1/me', (route) => route.fulfill({ status, json: { code } }));
}
const unroute = ({ page }: PeopleTab): Promise<void> => page.unrouteAll();

async function dialog({ page }: PeopleTab, selector: string): Promise<void> {
  await page.locator(selector).click();
  await shown(page, 'dialog[open]');
}
const closeDialog = async ({ page }: PeopleTab): Promise<void> => {
  await page.keyboard.press('Escape');
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
};

const PEOPLE = {
  items: [
    { id: 'p', name: 'Alex Morgan' },
    { id: 'q', name: 'محمد العلي' },
    { id: 'r', name: 'محمد العلي' },
  ],
};

const WITHOUT_SIGN_IN: readonly StateOfPages[] = [
  {
    name: 'link-needed',
    reach: (tab, { url }) => as(tab, url).then(() => card(tab.page)),
  },
  {
    name: 'link-refused',
    reach: (tab, { url }) => as(tab, `${url}/#token=forged`).then(() => card(tab.page)),
  },
  {
    name: 'link-ended',
    reach: async (tab, { url }) => {
      await answersMe(tab.page, 401, 'auth.expired');
      await as(tab, `${url}/#token=old`);
      await card(tab.page);
    },
    leave: unroute,
  },
  {
    name: 'wrong-role',
    reach: (tab, server) => as(tab, server.link('admin', 'a')).then(() => card(tab.page)),
  },
  {
    name: 'unreachable',
    reach: async (tab, server) => {
      await tab.page.route('**/api/v1/me', (route) => route.abort());
      await as(tab, server.url);
      await shown(tab.page, '.card[role=status]');
    },
    leave: unroute,
  },
  {
    name: 'demo',
    reach: async ({ page }, { url }) => {
      await page.route(`${url}/`, async (route) => {
        const response = await route.fetch();
        const body = (await response.text()).replace(
          'name="sign-in" content="token"',
          'name="sign-in" content="demo"',
        );
        await route.fulfill({ response, body });
      });
      await page.route(/api\/v1\/(doctors|patients)/, (route) => route.fulfill({ json: PEOPLE }));
      await page.goto('about:blank');
      await page.goto(url);
      await page.evaluate('sessionStorage.clear()');
      await page.reload();
      await shown(page, '.person');
    },
    leave: unroute,
  },
];

const OF_A_DOCTOR: readonly StateOfPages[] = [
  {
    name: 'inbox-empty',
    reach: (tab, server) =>
      as(tab, server.link('doctor', 'dr-new')).then(() => shown(tab.page, '.list .empty')),
  },
  {
    name: 'inbox',
    reach: (tab, server) =>
      as(tab, server.link('doctor', FISCHER)).then(() => shown(tab.page, '.item .count')),
  },
  {
    name: 'search-none',
    reach: ({ page }) =>
      page
        .locator('#search')
        .fill('Nobody')
        .then(() => shown(page, '.list .quiet')),
    leave: ({ page }) => page.locator('#search').fill(''),
  },
  {
    name: 'inbox-room',
    reach: async (tab) => {
      await tab.item('Alex Morgan').click();
      await tab.stream.getByText('Thank you! I will write').waitFor();
      await room(tab.page);
    },
  },
  { name: 'settings', reach: (tab) => dialog(tab, '.bar .round'), leave: closeDialog },
  { name: 'extend', reach: (tab) => dialog(tab, '.bar .plain >> nth=0'), leave: closeDialog },
  {
    name: 'extend-offline',
    reach: async (tab, server) => {
      await dialog(tab, '.bar .plain >> nth=0');
      server.cut(true);
      await shown(tab.page, '.dialog .failure');
    },
    leave: async (tab, server) => {
      server.cut(false);
      await closeDialog(tab);
      await tab.page.locator('.list .warning').waitFor({ state: 'detached' });
    },
  },
  { name: 'end', reach: (tab) => dialog(tab, '.bar .plain >> nth=1'), leave: closeDialog },
  {
    name: 'inbox-draft',
    reach: async (tab) => {
      await tab.draft.fill('Half a sentence');
      await tab.item('Kim Aho').click();
      await room(tab.page);
    },
  },
  {
    name: 'sign-out',
    reach: async (tab) => {
      await dialog(tab, '.bar .leave');
      await shown(tab.page, '.dialog .danger');
    },
    leave: async (tab) => {
      await closeDialog(tab);
      await tab.item('Alex Morgan').click();
      await tab.stream.getByText('Thank you! I will write').waitFor();
      await tab.draft.fill('');
    },
  },
  {
    name: 'offline',
    reach: async ({ page }, server) => {
      server.cut(true);
      await shown(page, '.list .warning');
      await shown(page, 'consultation-chat .notice:not(:empty)');
    },
    leave: async ({ page }, server) => {
      server.cut(false);
      await page.locator('.list .warning').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'offline-unseen',
    reach: async (tab, server) => {
      server.cut(true);
      await shown(tab.page, '.list .warning');
      await tab.item('Ida Berg').click();
      await shown(tab.page, 'consultation-chat .screen');
    },
    leave: async ({ page }, server) => {
      server.cut(false);
      await page.locator('.list .warning').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'inbox-ended',
    reach: async (tab) => {
      await tab.page.goBack();
      await tab.item('Nia Moss').click();
      await shown(tab.page, 'consultation-chat .closed');
    },
  },
  {
    name: 'unknown',
    reach: (tab, server) =>
      as(tab, server.link('doctor', FISCHER, '/c/nowhere')).then(() =>
        shown(tab.page, 'consultation-chat .screen h2'),
      ),
  },
  {
    name: 'namesakes',
    reach: async (tab, server) => {
      await as(tab, server.link('doctor', 'dr-ina-roth'));
      await tab.item('max-1').click();
      await room(tab.page);
    },
  },
  {
    name: 'unsent',
    reach: async (tab, server) => {
      server.cut(true);
      await shown(tab.page, '.list .warning');
      await tab.send('Waits for the connection');
      await tab.page.locator('.item[data-unsent=true]').waitFor({ state: 'attached' });
    },
    leave: async ({ page }, server) => {
      server.cut(false);
      await page.locator('.item[data-unsent=true]').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'off-duty-oneself',
    reach: (tab, server) =>
      as(tab, server.link('doctor', 'dr-noah-weber', '/c/c-off')).then(() =>
        shown(tab.page, 'consultation-chat .closed'),
      ),
  },
  {
    name: 'sign-in-over',
    reach: async (tab, server) => {
      const token = server.token('doctor', FISCHER);
      await as(tab, `${server.url}/c/c-alex#token=${token}`);
      await room(tab.page);
      server.revoke(token);
      server.cut(true);
      server.cut(false);
      await shown(tab.page, '.list .warning[role=alert]');
    },
  },
];

const asPatient = (name: string, id: string, path = '/'): StateOfPages => ({
  name,
  reach: (tab, server) => as(tab, server.link('patient', id, path)).then(() => room(tab.page)),
});

const OF_A_PATIENT: readonly StateOfPages[] = [
  {
    name: 'no-conversations',
    reach: (tab, server) =>
      as(tab, server.link('patient', 'new')).then(() => shown(tab.page, '.list .empty')),
  },
  {
    name: 'conversations',
    reach: (tab, server) =>
      as(tab, server.link('patient', 'alex-morgan')).then(() => tab.items.nth(1).waitFor()),
  },
  asPatient('waiting', 'uma-holm'),
  {
    name: 'waiting-more',
    reach: ({ page }) =>
      page
        .locator('summary')
        .click()
        .then(() => shown(page, '.hours')),
  },
  asPatient('off-duty', 'pia-falk'),
  asPatient('runs-out-before', 'rui-costa'),
  asPatient('no-hours', 'tove-lind'),
  asPatient('ended', 'nia-moss'),
  asPatient('expired', 'ola-dahl'),
  {
    name: 'another',
    reach: async (tab, server) => {
      await as(tab, server.link('patient', 'uma-holm'));
      await tab.draft.fill('Half a sentence');
      await as(tab, server.link('patient', 'alex-morgan'));
      await shown(tab.page, '.card .danger');
    },
  },
];

const LEFT: StateOfPages = {
  name: 'left',
  reach: async (tab, server) => {
    await as(tab, server.link('patient', 'new'));
    // The demo's question, and the one about another person, were of this tab, too.
    const discard = tab.page.locator('.card .danger');
    await shown(tab.page, '.list .empty, .card .danger');
    if (await discard.isVisible()) await discard.click();
    await shown(tab.page, '.list .empty');
    await tab.page.locator('.leave').click();
    await shown(tab.page, '.card [role=status]');
  },
};

/** In an order in which each is near the one before. */
export const STATES: readonly StateOfPages[] = [...WITHOUT_SIGN_IN, ...OF_A_DOCTOR, ...OF_A_PATIENT, LEFT];

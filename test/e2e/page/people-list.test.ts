import { describe, expect, it } from 'vitest';
import { phone } from '../../support/browser.js';
import { ADMIN, ROUND_THE_CLOCK } from '../../support/clinic.js';
import { eventually, type PeopleTabOptions } from './people-driver.js';
import { idOf, openPeopleServer, type PeopleServer } from './people-server.js';
import { usePeople } from './use-people.js';

/** What the page does every 15 s can be done at once, at another time: `window.later(ms)`. */
const OWN_CLOCK = `{
  const [now, elapsed, every, ticks] = [Date.now, performance.now.bind(performance), setInterval, []];
  let ahead = 0;
  Date.now = () => now() + ahead;
  performance.now = () => elapsed() + ahead;
  window.setInterval = (tick, ms, ...rest) => {
    if (ms === 15_000) ticks.push(() => tick(...rest));
    return every(tick, ms, ...rest);
  };
  window.later = (ms) => {
    ahead += ms;
    for (const tick of ticks) tick();
  };
}`;

/** Notifications are on, and the browser keeps them where they can be looked at. */
const SWITCHED_ON = `window.notices = [];
  localStorage.setItem('consultation-chat:notice-desktop', 'on');
  window.Notification = class { static permission = 'granted';
    constructor(title, { tag }) { this.told = title + ' ' + tag; window.notices.push(this); }
    close() {} };`;

/** In how many lines the head of the room says what it says. */
const HEAD_LINES = `(() => {
  const head = document.querySelector('consultation-chat').shadowRoot.querySelector('.head');
  const range = document.createRange();
  const bottoms = [...head.querySelectorAll('.name, .under, .duty')].flatMap((part) => {
    range.selectNodeContents(part);
    return [...range.getClientRects()].filter(({ width }) => width > 1).map(({ bottom }) => bottom);
  });
  return bottoms.sort((a, b) => a - b).filter((bottom, index) => index === 0 || bottom - bottoms[index - 1] > 8).length;
})()`;
const FOCUSED_PART = `document.activeElement.shadowRoot?.activeElement?.className ?? ''`;
const OUTLINE = `getComputedStyle(document.querySelector('consultation-chat').shadowRoot.querySelector('.stream')).outlineStyle`;

let server: PeopleServer;
const visit = usePeople(async () => {
  server = await openPeopleServer();
  await server.open({ consultationId: 'zoe', patient: 'Zoë Müller' });
  await server.open({ consultationId: 'sam', patient: 'Sam Rivera' });
  return server;
});

const asDoctor = (path = '/', options?: PeopleTabOptions) =>
  visit(server.link('doctor', 'dr-lena-fischer', path), options);
const setHours = (doctorId: string, windows: typeof ROUND_THE_CLOCK, timeZone?: string) =>
  server.application.administration.setSchedule(ADMIN, doctorId, {
    windows,
    ...(timeZone === undefined ? {} : { timeZone }),
  });

describe('a draft', () => {
  it('is told of in the row of its conversation, whether that is before one’s eyes or not, and moves nothing', async () => {
    const tab = await asDoctor('/c/zoe');
    const row = tab.item('Zoë Müller');
    const told = row.getByText(/^Draft · Nobody has written yet$/);
    await row.waitFor();
    const before = await row.boundingBox();
    await tab.draft.fill('Half a sentence');
    await told.waitFor();
    expect(await row.boundingBox()).toEqual(before);
    await tab.item('Sam Rivera').click();
    await told.waitFor();
    expect(await tab.item('Sam Rivera').textContent()).not.toContain('Draft');
    await tab.page.reload();
    await told.waitFor();
    await row.click();
    await tab.draft.fill(' ');
    await told.waitFor({ state: 'detached' });
    await row.getByText(/^Nobody has written yet$/).waitFor();
    expect(tab.complaints).toEqual([]);
  });

  it('is asked about before somebody signs out, and nothing is asked without one', async () => {
    const tab = await asDoctor('/c/zoe', { viewport: phone });
    const { page } = tab;
    const signOut = async (): Promise<void> => {
      // Where the room fills the screen, the list has it.
      const back = page.getByRole('link', { name: 'Back to the list' });
      if (await back.isVisible()) await back.click();
      await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    };
    await tab.draft.fill('Half a sentence');
    await signOut();
    const dialog = page.getByRole('dialog', { name: 'Discard what you have not sent?' });
    await dialog.waitFor();
    await eventually(() => page.evaluate('document.activeElement.textContent')).toBe('Cancel');
    expect(await tab.violations()).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await tab.item('Zoë Müller').click();
    expect(await tab.draft.inputValue()).toBe('Half a sentence');
    await signOut();
    await dialog.getByRole('button', { name: 'Discard and sign out' }).click();
    await page.getByRole('heading', { name: 'Open the link that you were sent' }).waitFor();
    expect(await page.evaluate('Object.keys(sessionStorage)')).toEqual([]);

    await page.goto(server.link('doctor', 'dr-lena-fischer'));
    await tab.item('Zoë Müller').waitFor();
    await signOut();
    await page.getByRole('heading', { name: 'Open the link that you were sent' }).waitFor();
    expect(tab.complaints).toEqual([]);
  });
});

describe('namesakes', () => {
  it('are found by their name and by nothing else, and written to by what tells them apart', async () => {
    const doctor = 'Dr. Ina Roth';
    for (const patientId of ['max-1', 'max-2'])
      await server.open({ consultationId: `c-${patientId}`, patient: 'Max Same', patientId, doctor });
    for (const patient of ['Al Ma', 'Bo Ma', 'Cy Ma', 'Di Ma'])
      await server.open({ consultationId: patient.slice(0, 2), patient, doctor });
    const tab = await visit(server.link('doctor', 'dr-ina-roth'));
    const search = tab.page.getByRole('searchbox', { name: 'Search by name' });
    await search.fill('max-2');
    await tab.page.getByText('Nobody with this name among 6 conversations here.').waitFor();
    await search.fill('same max');
    await eventually(() => tab.items.count()).toBe(2);
    await tab.item('max-2').click();
    await eventually(() => tab.draft.getAttribute('placeholder')).toBe('Write to Max Same (max-2)');
  });

  it('of one person and one minute are counted, in the list as in the room, and each part of a row is heard by itself', async () => {
    const doctor = 'Dr. Ulla Berg';
    for (const consultationId of ['twin-b', 'twin-a'])
      await server.open({ consultationId, patient: 'Tom Twin', doctor });
    await server.says('twin-b', 'user', 'The first one.');
    const tab = await visit(server.link('doctor', 'dr-ulla-berg', '/c/twin-b'));
    const row = tab.page.locator('[data-id=twin-b]');
    await row.getByText(/^Opened today at \d\d:\d\d/).waitFor();
    await eventually(async () => ((await row.textContent()) ?? '').replaceAll(/\s+/g, ' ').trim()).toMatch(
      /^TT Tom Twin , Opened today at \d\d:\d\d( · [12] of 2)?, Waiting for less than a minute$/,
    );
    expect(await tab.page.locator('.list').textContent()).not.toMatch(/twin/);
  });
});

describe('what a row says of now', () => {
  it('is marked where it is of something unsent, and what tells namesakes apart is not', async () => {
    const doctor = 'Dr. Tor Vik';
    for (const consultationId of ['same-a', 'same-b'])
      await server.open({ consultationId, patient: 'Tom Same', doctor });
    const tab = await visit(server.link('doctor', 'dr-tor-vik', '/c/same-a'));
    const row = tab.page.locator('[data-id=same-a]');
    await row.getByText(/^Opened today/).waitFor();
    await tab.draft.waitFor();
    await tab.page.context().setOffline(true);
    await tab.send('Waits');
    await row.getByText('Waiting for the connection').waitFor();
    const colours = (await row
      .locator('.item-under')
      .evaluateAll((lines) =>
        lines.map(
          (line) =>
            (
              globalThis as unknown as { getComputedStyle(of: unknown): { readonly fontWeight: string } }
            ).getComputedStyle(line).fontWeight,
        ),
      )) as readonly string[];
    expect(colours).toEqual(['400', '600']);
  });
});

describe('the focus', () => {
  const focused = `(document.activeElement.shadowRoot?.activeElement ?? document.activeElement)`;

  it('is in the room after a reload, and in the list after the browser’s Back', async () => {
    const tab = await asDoctor();
    await tab.item('Zoë Müller').click();
    await eventually(() => tab.page.evaluate(`${focused}.id`)).toBe('draft');
    await tab.page.goBack();
    await eventually(() => tab.page.evaluate(`${focused}.dataset.id`)).toBe('zoe');
    await tab.item('Zoë Müller').click();
    await eventually(() => tab.page.evaluate(`${focused}.id`)).toBe('draft');
    await tab.page.reload();
    await eventually(() => tab.page.evaluate(`${focused}.id`)).toBe('draft');
  });

  it('stays where somebody has put it', async () => {
    const tab = await visit(server.link('doctor', 'dr-lena-fischer'));
    await tab.page.getByRole('button', { name: 'Settings' }).focus();
    await tab.item('Zoë Müller').waitFor();
    expect(await tab.page.evaluate('document.activeElement.title')).toBe('Settings');
  });
});

describe('who is signed in', () => {
  it('is said in the bar, and on a phone in the settings', async () => {
    const tab = await asDoctor('/c/zoe');
    await tab.page.locator('.bar').getByText('Dr. Lena Fischer').waitFor();
    await tab.page.setViewportSize(phone);
    expect(await tab.page.locator('.bar').getByText('Dr. Lena Fischer').isVisible()).toBe(false);
    await tab.page.getByRole('button', { name: 'Settings' }).click();
    await tab.page.getByText('You are signed in as Dr. Lena Fischer').waitFor();
    await server.application.administration.registerDoctor(ADMIN, {
      doctorId: 'dr-idle',
      name: 'Dr. Idle',
      timeZone: 'UTC',
      windows: [],
    });
    const idle = await visit(server.link('doctor', 'dr-idle'));
    await idle.page.locator('.bar').getByText('dr-idle').waitFor();
  });
});

describe('on a phone', () => {
  it('the head of a room takes three lines, and nothing of the field’s hint is cut off', async () => {
    const patient = 'Maximiliane Schreiber-Lindqvist';
    await server.open({ consultationId: 'long', patient });
    const tab = await asDoctor('/c/long', { viewport: phone });
    await tab.draft.waitFor();
    await tab.page.locator('consultation-chat .duty', { hasText: 'On duty' }).waitFor();
    const box = (selector: string) => tab.page.locator(`consultation-chat ${selector}`).boundingBox();
    const [head, duty, presence, validity] = await Promise.all(
      ['.head', '.duty', '.under > :first-child', '.validity'].map(box),
    );
    expect(head?.height).toBeLessThan(110);
    expect(Math.abs((duty?.y ?? 0) - (presence?.y ?? Number.NaN))).toBeLessThan(6);
    expect(validity?.y).toBeGreaterThan((duty?.y ?? 0) + 10);
    expect(await tab.draft.getAttribute('placeholder')).toBe('Message');
    await tab.page.goto(server.link('doctor', 'dr-lena-fischer', '/c/zoe'));
    await eventually(() => tab.draft.getAttribute('placeholder')).toBe('Write to Zoë Müller');
  });

  it('the head of a room takes three lines also where it takes two to tell whom, and says above the conversation until when', async () => {
    const [patient, doctor] = ['Maximiliane Schreiber-Lindqvist', 'Dr. Ole Twin'];
    for (const consultationId of ['ole-a', 'ole-b']) await server.open({ consultationId, patient, doctor });
    await server.says('ole-a', 'user', 'Hello');
    for (const [role, id] of [['doctor', 'dr-ole-twin'] as const, ['patient', idOf(patient)] as const]) {
      const tab = await visit(server.link(role, id, '/c/ole-a'), { viewport: phone });
      await tab.page
        .locator('consultation-chat .name')
        .getByText(/Opened today/)
        .waitFor();
      await tab.page.locator('consultation-chat .duty', { hasText: 'On duty' }).waitFor();
      await eventually(() => tab.page.evaluate(HEAD_LINES)).toBe(3);
      const above = tab.page.locator('consultation-chat .small-print');
      await above.getByText(/Consultation runs until tomorrow at/).waitFor();
      // The sentence for emergencies stands there already.
      await eventually(() => above.locator('span').isVisible()).toBe(false);
      expect(await tab.violations()).toEqual([]);
    }
  });

  it('no ring is around the conversation that has the focus, until somebody uses the keyboard', async () => {
    await server.open({ consultationId: 'over', patient: 'Ola Dahl', doctor: 'Dr. Olga End' });
    await server.says('over', 'user', 'Hello');
    await server.application.administration.endConsultation(ADMIN, 'over');
    const tab = await visit(server.link('doctor', 'dr-olga-end', '/c/over'), { viewport: phone });
    await eventually(() => tab.page.evaluate(FOCUSED_PART)).toBe('stream');
    const ring = () => tab.page.evaluate(OUTLINE);
    expect(await ring()).toBe('none');
    await tab.page.keyboard.press('ArrowUp');
    expect(await ring()).toBe('solid');
  });
});

describe('notifications', () => {
  it('stand side by side where they are of different conversations, and lead into theirs', async () => {
    const doctor = 'Dr. Noa Lind';
    for (const patient of ['Ed Fox', 'Flo Roe'])
      await server.open({ consultationId: patient.slice(0, 2), patient, doctor });
    const tab = await visit(server.link('doctor', 'dr-noa-lind'), { before: SWITCHED_ON });
    const told = () => tab.page.evaluate('window.notices.map(({ told }) => told)');
    await tab.item('Ed Fox').waitFor();
    for (const id of ['Ed', 'Fl', 'Ed']) {
      await server.says(id, 'user', 'Secret');
      await eventually(told).toContainEqual(expect.stringContaining(`consultation-chat:${id}`));
    }
    await eventually(told).toEqual([
      'A new patient is waiting. consultation-chat:Ed',
      'A new patient is waiting. consultation-chat:Fl',
      'A patient has written. consultation-chat:Ed',
    ]);
    await tab.page.evaluate('window.notices[1].onclick()');
    await tab.page.locator('consultation-chat').getByRole('heading', { name: 'Flo Roe' }).waitFor();
  });

  it('come of what has happened while the part for them was still being loaded', async () => {
    await server.open({ consultationId: 'early', patient: 'Eve Early', doctor: 'Dr. Lars Slow' });
    const tab = await visit('about:blank', { before: SWITCHED_ON });
    let go = (): void => undefined;
    const isLetGo = new Promise<void>((resolve) => {
      go = resolve;
    });
    await tab.page.route('**/people-notices.js', async (route) => {
      await isLetGo;
      await route.continue();
    });
    await tab.page.goto(server.link('doctor', 'dr-lars-slow'));
    await tab.item('Eve Early').waitFor();
    await server.says('early', 'user', 'Secret');
    await tab
      .item('Eve Early')
      .getByText(/^Waiting for/)
      .waitFor();
    go();
    await eventually(() => tab.page.evaluate('window.notices.map(({ told }) => told)')).toEqual([
      'A new patient is waiting. consultation-chat:early',
    ]);
  });
});

describe('a list of more than one page', () => {
  it('has no news in what is only loaded now, or loaded again', async () => {
    const doctor = 'Dr. Nora Pages';
    await server.open({ consultationId: 'old', patient: 'Ada Old', doctor });
    await server.says('old', 'user', 'Secret');
    await server.says('old', 'doctor', 'Secret');
    for (let index = 0; index < 205; index += 1)
      await server.open({ consultationId: `page-${index}`, patient: 'Pat Other', doctor });
    const tab = await visit(server.link('doctor', 'dr-nora-pages'), { before: SWITCHED_ON });
    const told = () => tab.page.evaluate('window.notices.map(({ told }) => told)');
    const waits = (id: string) => `A new patient is waiting. consultation-chat:${id}`;
    await tab.page.getByRole('button', { name: 'Show more' }).click();
    await eventually(() => tab.items.count()).toBe(206);
    await server.says('page-0', 'user', 'Secret');
    await eventually(told).toContain(waits('page-0'));
    server.cut(true);
    await tab.page.getByText(/^No connection/).waitFor();
    server.cut(false);
    await tab.page.locator('.list[data-stage=live]').waitFor();
    await eventually(() => tab.items.count()).toBe(206);
    await server.says('page-1', 'user', 'Secret');
    await eventually(told).toContain(waits('page-1'));
    expect(await told()).toEqual([waits('page-0'), waits('page-1')]);
  });
});

describe('the search', () => {
  it('looks through everything, however much of it the list has loaded', async () => {
    const doctor = 'Dr. Max Many';
    const others = Array.from({ length: 205 }, (_, index) => `many-${index}`);
    for (const [index, consultationId] of ['first', ...others].entries())
      await server.open({ consultationId, patient: index === 0 ? 'Ada First' : 'Pat Other', doctor });
    const tab = await visit(server.link('doctor', 'dr-max-many'));
    await tab.page.getByRole('button', { name: 'Show more' }).waitFor();
    expect(await tab.items.count()).toBe(200);
    await tab.page.getByRole('searchbox').fill('ada');
    await tab.item('Ada First').waitFor();
    expect(await tab.items.count()).toBe(1);

    // In another order, the list begins anew.
    await tab.page.getByRole('searchbox').fill('nobody');
    await tab.page.getByText('among 206 conversations').waitFor();
    await tab.page.evaluate(`window.counts = [];
      new MutationObserver(() => {
        const [count] = /\\d+/.exec(document.querySelector('.list .quiet')?.textContent) ?? [];
        if (count !== window.counts.at(-1)) window.counts.push(count);
      }).observe(document.querySelector('.list'), { childList: true, subtree: true, characterData: true })`);
    await tab.page.getByLabel('Order').selectOption('activity');
    await eventually(() => tab.page.evaluate('window.counts.slice(-2)')).toEqual(['200', '206']);
  });

  it('shows nobody until it can tell who is meant, so that Enter opens nobody else', async () => {
    const doctor = 'Dr. Una Search';
    const patients = ['Sinéad O’Connor', 'Zoë Müller', 'Ed Fox', 'Flo Roe', 'Gus Ode', 'Hal Poe'];
    for (const [index, patient] of patients.entries())
      await server.open({ consultationId: `search-${index}`, patient, doctor });
    const tab = await visit('about:blank');
    let go = (): void => undefined;
    const isLetGo = new Promise<void>((resolve) => {
      go = resolve;
    });
    await tab.page.route('**/people-search.js', async (route) => {
      await isLetGo;
      await route.continue();
    });
    await tab.page.goto(server.link('doctor', 'dr-una-search'));
    await tab.item('Hal Poe').waitFor();
    const search = tab.page.getByRole('searchbox', { name: 'Search by name' });
    await search.fill('oconnor');
    await tab.page.getByText('Loading your conversations…').waitFor();
    await search.press('Enter');
    expect(await tab.items.count()).toBe(0);
    expect(new URL(tab.page.url()).pathname).toBe('/');
    go();
    await tab.item('Sinéad O’Connor').waitFor();
    expect(await tab.items.count()).toBe(1);
    await search.fill('mueller');
    await tab.item('Zoë Müller').waitFor();
    await search.press('Enter');
    await tab.page.waitForURL('**/c/search-1');
    expect(tab.complaints).toEqual([]);
  });
});

describe('a patient whose doctor goes off duty', () => {
  it('reads so in the list beside the room, and is promised no turn, whether or not the hours are known', async () => {
    const [patient, doctor] = ['Ugo Neri', 'Dr. Ada Okafor'];
    await server.open({ consultationId: 'ugo-1', patient, doctor });
    await server.open({ consultationId: 'ugo-2', patient, doctor: 'Dr. Bo Lund' });
    await server.says('ugo-1', 'user', 'Good morning');
    const tab = await visit('about:blank');
    await tab.page.route('**/availability?*', (route) => route.abort());
    await tab.page.goto(server.link('patient', 'ugo-neri', '/c/ugo-1'));
    await tab.page.locator('summary').getByText('You are next.').waitFor();
    expect(await tab.item('Ada Okafor').textContent()).not.toContain('Off duty');
    await setHours('dr-ada-okafor', []);
    await tab.item('Ada Okafor').getByText('Off duty').waitFor();
    expect(await tab.page.locator('summary').textContent()).toMatch(/You wrote .* There is no answer yet\.$/);
    expect(await tab.item('Bo Lund').textContent()).not.toContain('Off duty');
  });

  it('reads so in the row of each, without a room that tells, and not any more where nobody can be asked', async () => {
    const patient = 'Ina Holt';
    await server.open({ consultationId: 'ina-1', patient, doctor: 'Dr. Off One', windows: [] });
    await server.open({ consultationId: 'ina-2', patient, doctor: 'Dr. Off Two', windows: [] });
    await server.open({ consultationId: 'ina-3', patient, doctor: 'Dr. On Three' });
    const tab = await visit(server.link('patient', 'ina-holt'), { before: OWN_CLOCK });
    for (const name of ['Off One', 'Off Two'])
      await tab
        .item(name)
        .getByText(/^Off duty$/)
        .waitFor();
    expect(await tab.item('On Three').textContent()).not.toContain('Off duty');
    await setHours('dr-off-one', ROUND_THE_CLOCK);
    await tab.page.evaluate('window.later(61_000)');
    await tab
      .item('Off One')
      .getByText(/^Off duty$/)
      .waitFor({ state: 'detached' });
    await tab
      .item('Off Two')
      .getByText(/^Off duty$/)
      .waitFor();
    await tab.page.route('**/availability?*', (route) => route.abort());
    // The answer before was asked for at a time that the server’s answer has set right since.
    await tab.page.evaluate('window.later(61_000 + 151_000)');
    await tab
      .item('Off Two')
      .getByText(/^Off duty$/)
      .waitFor({ state: 'detached' });
  });

  it('reads the new hours, in their new zone, as soon as the window is looked at again', async () => {
    const until = (endTime: string) =>
      ROUND_THE_CLOCK.map((window) => (window.dayOfWeek === dayOfWeek ? { ...window, endTime } : window));
    // Three days from now, so that it is another day for nobody.
    const dayOfWeek = new Date(Date.now() + 3 * 86_400_000).getUTCDay();
    const [patient, doctor] = ['Pia Falk', 'Dr. Cleo Marsh'];
    await server.open({ consultationId: 'pia', patient, doctor, windows: until('13:00'), timeZone: 'UTC' });
    const tab = await visit(server.link('patient', 'pia-falk'), { timezoneId: 'UTC' });
    const duty = tab.page.locator('consultation-chat .duty');
    await duty.getByText(/ at 13:00$/).waitFor();
    await setHours('dr-cleo-marsh', until('14:00'), 'Asia/Kolkata');
    await tab.page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await duty.getByText(/ at 08:30 \(.* at 14:00 in Asia\/(Kolkata|Calcutta)\)$/).waitFor();

    // The server tells of these: of another end while the doctor stays on duty, too.
    await setHours('dr-cleo-marsh', until('16:00'), 'UTC');
    await duty.getByText(/ at 16:00$/).waitFor();
    await setHours('dr-cleo-marsh', []);
    await tab.page.getByText('No opening is planned within the next year').waitFor();
    await tab.page.locator('summary').waitFor({ state: 'detached' });
    await setHours('dr-cleo-marsh', until('15:00'), 'UTC');
    await duty.getByText(/ at 15:00$/).waitFor();
  });
});

describe('a device that has slept', () => {
  it('connects anew at once, and not after a shorter while in the background', async () => {
    const tab = await visit('about:blank', { before: OWN_CLOCK });
    let connections = 0;
    tab.page.on('websocket', () => {
      connections += 1;
    });
    await tab.page.goto(server.link('doctor', 'dr-lena-fischer'));
    await tab.item('Zoë Müller').waitFor();
    await eventually(async () => connections).toBe(1);
    await tab.page.evaluate('window.later(61_000)');
    await tab.page.evaluate('window.later(10 * 60_000)');
    await eventually(async () => connections).toBe(2);
    await tab.page.locator('.list[data-stage=live]').waitFor();
  });
});

describe('when something was said', () => {
  it('stays on one line in a row of any width that has room for it', async () => {
    const doctor = 'Dr. Lin Narrow';
    await server.open({ consultationId: 'narrow', patient: 'Nell Marsh', doctor });
    await server.says('narrow', 'doctor', 'Good morning.');
    const tab = await visit(server.link('doctor', 'dr-lin-narrow'));
    await tab.item('Nell Marsh').getByText('Last message today at').waitFor();
    const broken = await tab.page.evaluate(`(() => {
      const words = document.querySelector('.item-words');
      const node = [...words.querySelector('.item-now bdi').childNodes].find(({ data }) => /Last message/.test(data ?? ''));
      const range = document.createRange();
      const found = [];
      for (let width = 110; width < 260; width += 5) {
        words.style.flex = '0 0 ' + width + 'px';
        range.setStart(node, node.data.indexOf('today'));
        range.setEnd(node, node.data.length);
        if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) found.push(width);
      }
      return found;
    })()`);
    expect(broken).toEqual([]);
  });
});

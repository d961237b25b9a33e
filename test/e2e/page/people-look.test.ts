import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { afterFrames, COLOUR_RULES, desktop, patienceMs, phone } from '../../support/browser.js';
import { picturesOptions, takePicture, takesPictures } from '../../support/pictures.js';
import { LAYOUT_FAULTS } from './layout-faults.js';
import { type PeopleTab, tiny } from './people-driver.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';
import { furnish, STATES } from './people-states.js';
import { usePeople } from './use-people.js';

interface Look {
  readonly name: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: 'light' | 'dark';
  readonly forcedColors: 'active' | 'none';
  /** What the browser keeps free at the left, at the right and at the bottom of a phone's screen, px. */
  readonly insets?: { readonly left: number; readonly right: number; readonly bottom: number };
  /** In per cent of what the browser has by itself. */
  readonly textSize: number;
  /** What axe looks at beside what fits: everything, the colours only, or nothing. */
  readonly asksAxe: 'everything' | 'colours' | 'nothing';
}

const [light, dark] = [{ colorScheme: 'light' }, { colorScheme: 'dark' }] as const;
const plain = { forcedColors: 'none', textSize: 100, asksAxe: 'everything' } as const;
const DESKTOP_LIGHT: Look = { name: 'desktop-light', viewport: desktop, ...light, ...plain };
const DESKTOP_DARK: Look = { name: 'desktop-dark', viewport: desktop, ...dark, ...plain };
const PHONE_LIGHT: Look = { name: 'phone-light', viewport: phone, ...light, ...plain };
const PHONE_DARK: Look = { name: 'phone-dark', viewport: phone, ...dark, ...plain };
const TURNED: Look = {
  ...PHONE_LIGHT,
  name: 'turned-large-text',
  viewport: { width: phone.height, height: phone.width },
  textSize: 200,
  asksAxe: 'nothing',
};
/** A phone with a camera beside its screen, and a bar at the lower edge. */
const NOTCHED: Look = {
  ...TURNED,
  name: 'turned-notched',
  textSize: 100,
  insets: { left: 47, right: 44, bottom: 21 },
};
const OTHERS: readonly Look[] = [
  { ...PHONE_LIGHT, name: 'phone-large-text', textSize: 200, asksAxe: 'nothing' },
  { ...plain, ...light, name: 'tiny', viewport: tiny, asksAxe: 'nothing' },
  TURNED,
];
const FITS_ON_DESKTOP: Look = { ...DESKTOP_LIGHT, asksAxe: 'nothing' };
const FORCED: Look = { ...DESKTOP_DARK, name: 'forced', forcedColors: 'active', asksAxe: 'colours' };
/** Each of the states in each of the looks is for when somebody looks at the pictures; colours know no direction. */
const EVERY = [DESKTOP_LIGHT, DESKTOP_DARK, PHONE_LIGHT, PHONE_DARK, FORCED, NOTCHED, ...OTHERS];

const coloursOf = (look: Look): Look => ({ ...look, asksAxe: 'colours' });

/** Desktop and phone, light and dark, in both directions: what differs only in its colours is asked for those. */
const DIRECTIONS: readonly (readonly [string, BrowserContextOptions, readonly Look[]])[] = [
  [
    'left to right',
    { locale: 'en-GB' },
    [DESKTOP_LIGHT, coloursOf(DESKTOP_DARK), { ...FORCED, viewport: phone }, NOTCHED, ...OTHERS],
  ],
  // Its words are long.
  [
    'left to right in German',
    { locale: 'de' },
    [FITS_ON_DESKTOP, PHONE_LIGHT, coloursOf(PHONE_DARK), ...OTHERS],
  ],
  [
    'right to left',
    { locale: 'ar', hasTouch: true },
    [PHONE_DARK, coloursOf(PHONE_LIGHT), DESKTOP_LIGHT, coloursOf(DESKTOP_DARK), NOTCHED, ...OTHERS],
  ],
];

/** Of a busy machine that takes pictures as well. */
const STATES_LIMIT_MS = 280_000;

let server: PeopleServer;
const visit = usePeople(async () => {
  server = await openPeopleServer();
  await furnish(server);
  return server;
});

/** What was set lasts as long as the session that has set it. */
const devtoolsOf = new WeakMap<Page, ReturnType<BrowserContext['newCDPSession']>>();

async function wear(page: Page, look: Look): Promise<void> {
  const { viewport, colorScheme, forcedColors, textSize, insets = { left: 0, right: 0, bottom: 0 } } = look;
  await page.setViewportSize(viewport);
  const devtools = devtoolsOf.get(page) ?? page.context().newCDPSession(page);
  devtoolsOf.set(page, devtools);
  await (await devtools).send('Emulation.setSafeAreaInsetsOverride', { insets });
  await page.emulateMedia({ colorScheme, forcedColors });
  await page.evaluate(`new Promise((resolve) => {
    window.worn ??= new CSSStyleSheet();
    window.worn.replaceSync('html { font-size: ${textSize}% !important; }');
    const others = document.adoptedStyleSheets.filter((sheet) => sheet !== window.worn);
    document.adoptedStyleSheets = [...others, window.worn];
    // What follows the size of things has been drawn by then.
    requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  })`);
}

async function faultsIn(tab: PeopleTab, look: Look): Promise<readonly string[]> {
  const layout = (await tab.page.evaluate(LAYOUT_FAULTS)) as string[];
  if (look.asksAxe === 'nothing') return layout;
  return [...layout, ...(await tab.violations(look.asksAxe === 'colours' ? COLOUR_RULES : undefined))];
}

/** Brings the tab into each state, and each state into each look. */
async function* everyState(tab: PeopleTab, looks: readonly Look[]): AsyncGenerator<readonly [string, Look]> {
  for (const { name, reach, leave } of STATES) {
    await wear(tab.page, DESKTOP_LIGHT);
    await reach(tab, server);
    for (const look of takesPictures ? EVERY : looks) {
      await wear(tab.page, look);
      yield [`${name}-${look.name}`, look];
    }
    await wear(tab.page, DESKTOP_LIGHT);
    await leave?.(tab, server);
  }
}

describe.each(DIRECTIONS)('the page of people from %s', (direction, options, looks) => {
  it(
    'is right in every state: axe finds nothing, and nothing is cut off, covered or out of reach',
    async () => {
      const tab = await visit(server.url, { ...options, ...picturesOptions });
      const faults: string[] = [];
      for await (const [name, look] of everyState(tab, looks)) {
        await takePicture(tab.page, `${name}-${options.locale}`);
        for (const fault of await faultsIn(tab, look)) faults.push(`${name}: ${fault}`);
      }
      expect(faults).toEqual([]);
      const { dir, lang } = await tab.page.evaluate<{ readonly dir: string; readonly lang: string }>(
        '({ dir: document.documentElement.dir, lang: document.documentElement.lang })',
      );
      expect(`${direction} ${dir} ${lang}`).toMatch(
        /^left to right ltr en|^left to right in German ltr de|^right to left rtl ar/,
      );
      await tab.close();
    },
    STATES_LIMIT_MS,
  );
});

describe.each(['en-GB', 'ar'])('the page at a wrong address, in %s', (locale) => {
  it('leaves axe nothing to find', async () => {
    const tab = await visit(`${server.url}/nowhere`, { locale, ...picturesOptions });
    for (const look of [DESKTOP_LIGHT, DESKTOP_DARK, PHONE_LIGHT, PHONE_DARK, FORCED]) {
      await wear(tab.page, look);
      await takePicture(tab.page, `nothing-here-${look.name}-${locale}`);
      expect(await tab.violations(), look.name).toEqual([]);
    }
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

/** Who comes, to which address, and what is there once nothing more comes. */
const ARRIVALS = [
  ['a doctor in the inbox', 'doctor', 'dr-lena-fischer', '/', '.item .count'],
  ['a doctor in a conversation', 'doctor', 'dr-lena-fischer', '/c/c-alex', '.item[aria-current]'],
  ['a doctor whose hours are told in two zones', 'doctor', 'dr-aiko-sato', '/c/c-zones', '.duty span'],
  ['a patient with several conversations', 'patient', 'alex-morgan', '/', '.item'],
  ['a patient in one of several conversations', 'patient', 'alex-morgan', '/c/c-ada', '.item[aria-current]'],
  ['a patient who can write', 'patient', 'sam-rivera', '/', '.waiting'],
  ['a patient at the address of a conversation', 'patient', 'sam-rivera', '/c/c-0', '.waiting'],
  ['a patient of a doctor who is off duty', 'patient', 'pia-falk', '/c/c-off', '.waiting'],
  ['a patient whose conversation has ended', 'patient', 'nia-moss', '/', 'consultation-chat .closed'],
] as const;

describe('what the page costs', () => {
  it.each(ARRIVALS)('nothing that anybody minds moves while the page comes: %s', async (_who, ...arrival) => {
    const [role, id, path, last] = arrival;
    for (const viewport of [phone, desktop]) {
      const tab = await visit('about:blank', { viewport, before: WATCH_SHIFTS });
      const { page } = tab;
      await page.goto(server.link(role, id, path));
      await page.locator(last).first().waitFor({ state: 'attached' });
      // By then the room has been entered, too.
      await page.locator('.duty', { hasText: '…' }).waitFor({ state: 'detached' });
      await page.evaluate(afterFrames(8));
      // From there on people mind.
      expect(await page.evaluate('window.shifts'), String(viewport.width)).toBeLessThan(0.1);
      await tab.close();
    }
  });

  it('is at most 60 kB and a dozen requests, with a room open, and nothing moves while the list comes', async () => {
    const tab = await visit('about:blank', { viewport: phone, before: WATCH_SHIFTS });
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
    await tab.stream.getByText('The new tablets').waitFor();
    await expect
      .poll(() => [...sizes.values()].reduce((sum, size) => sum + size, 0), { timeout: patienceMs })
      .toBeGreaterThan(total);
    const withRoom = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect(withRoom, JSON.stringify([...sizes])).toBeLessThanOrEqual(60_000);
    expect(requests.filter((url) => !url.includes('/socket.io')).length).toBeLessThanOrEqual(12);
    await tab.close();
  });
});

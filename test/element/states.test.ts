import { describe, expect, it } from 'vitest';
import { afterFrames, COLOUR_RULES, desktop, patienceMs, phone } from '../support/browser.js';
import { takePicture } from '../support/pictures.js';
import type { ScriptedChatServer } from '../support/scripted-chat-server.js';
import type { Room } from './element-driver.js';
import { useRooms } from './use-rooms.js';

/** What differs from another look only in its colours is asked for those. */
const colours = { rules: COLOUR_RULES };
const LOOKS = [
  { name: 'desktop-light', viewport: desktop, colorScheme: 'light', forcedColors: 'none', lang: 'en' },
  {
    name: 'desktop-dark',
    viewport: desktop,
    colorScheme: 'dark',
    forcedColors: 'none',
    lang: 'en',
    ...colours,
  },
  { name: 'phone-dark', viewport: phone, colorScheme: 'dark', forcedColors: 'none', lang: 'de' },
  {
    name: 'phone-light',
    viewport: phone,
    colorScheme: 'light',
    forcedColors: 'none',
    lang: 'de',
    ...colours,
  },
  { name: 'phone-light-rtl', viewport: phone, colorScheme: 'light', forcedColors: 'none', lang: 'ar' },
  {
    name: 'phone-dark-rtl',
    viewport: phone,
    colorScheme: 'dark',
    forcedColors: 'none',
    lang: 'ar',
    ...colours,
  },
  { name: 'desktop-light-rtl', viewport: desktop, colorScheme: 'light', forcedColors: 'none', lang: 'ar' },
  {
    name: 'desktop-dark-rtl',
    viewport: desktop,
    colorScheme: 'dark',
    forcedColors: 'none',
    lang: 'ar',
    ...colours,
  },
  {
    name: 'tiny-dark-rtl',
    viewport: { width: 320, height: 256 },
    colorScheme: 'dark',
    forcedColors: 'none',
    lang: 'ar',
  },
  {
    name: 'desktop-forced',
    viewport: desktop,
    colorScheme: 'dark',
    forcedColors: 'active',
    lang: 'en',
    ...colours,
  },
] as const;

const HOUR_MS = 3_600_000;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const ahead = (ms: number): string => new Date(Date.now() + ms).toISOString();

interface State {
  readonly name: string;
  /** Called before the page is opened. */
  readonly prepare?: (server: ScriptedChatServer) => void;
  /** Called once the page is open. */
  readonly act?: (room: Room, server: ScriptedChatServer) => Promise<unknown>;
  /** The text or part that shows that the room is in this state. */
  readonly shows: string;
}

function converse(server: ScriptedChatServer): void {
  server.store('user', 'Good morning, doctor. The cough is better, but I am still tired.', {
    sentAt: ago(25 * HOUR_MS),
  });
  server.store('doctor', 'That is common after a week like yours. Do you still take the tablets?', {
    sentAt: ago(24.9 * HOUR_MS),
  });
  server.store('user', 'Yes, twice a day. See https://example.org/leaflet or call +49 30 1234567.', {
    sentAt: ago(HOUR_MS),
  });
  server.store('doctor', 'Please come in tomorrow morning.', { sentAt: ago(HOUR_MS / 2) });
  server.update({ readSeq: { user: 3, doctor: 3 } });
}

const STATES: readonly State[] = [
  {
    name: 'open',
    prepare: converse,
    act: async (_room, server) => server.tellTyping('doctor', true),
    shows: '.new',
  },
  { name: 'empty', shows: '.empty' },
  {
    name: 'long',
    prepare: (server) => {
      for (let number = 0; number < 120; number += 1)
        server.store('doctor', `Message ${number}`, { sentAt: ago(1e7) });
      server.update({ readSeq: { user: 20, doctor: 0 } });
    },
    shows: '.jump',
  },
  {
    name: 'skipped',
    prepare: (server) => {
      for (let number = 0; number < 120; number += 1)
        server.store('doctor', `Message ${number}`, { sentAt: ago(1e7) });
      server.update({ readSeq: { user: 20, doctor: 0 } });
    },
    act: async (room) => {
      await room.draft.fill('An answer to the first of them');
      await room.draft.press('Enter');
      await room.stream.evaluate((stream) => stream.scrollBy(0, -200));
    },
    // Both ways.
    shows: '.jumps:has(.up) .jump:not(.up)',
  },
  {
    name: 'failed',
    prepare: (server) => {
      converse(server);
      server.refuseSends({ code: 'consultation.forbidden', message: 'No.' });
    },
    act: (room) => room.draft.fill('May I swim?').then(() => room.draft.press('Enter')),
    shows: '.problem',
  },
  {
    name: 'failed-and-ended',
    prepare: (server) => {
      converse(server);
      server.refuseSends({ code: 'consultation.forbidden', message: 'No.' });
    },
    act: async (room, server) => {
      await room.send('May I swim?');
      await room.stream.locator('.problem').waitFor();
      await room.draft.fill('And another question, of which nobody knows');
      server.update({ status: 'ended', isActive: false });
    },
    shows: '.closed .text-button',
  },
  {
    name: 'off-duty',
    prepare: (server) => {
      converse(server);
      server.setDoctorOpen(false, ahead(2 * HOUR_MS));
    },
    shows: '.closed',
  },
  {
    name: 'closes-soon',
    prepare: (server) => {
      converse(server);
      server.update({ expiresAt: ahead(4.9 * 60_000) });
    },
    shows: '.notice:not(:empty)',
  },
  {
    name: 'closed-while-writing',
    prepare: converse,
    act: async (room, server) => {
      await room.draft.fill('And may I go swimming, or would you rather that I');
      server.setDoctorOpen(false, ahead(2 * HOUR_MS));
      server.announceDoctorAway(ahead(2 * HOUR_MS));
    },
    shows: 'blockquote',
  },
  {
    name: 'expired',
    prepare: (server) => {
      converse(server);
      server.update({ status: 'expired', isActive: false, expiresAt: ago(20 * HOUR_MS) });
    },
    shows: '.closed',
  },
  {
    name: 'ended',
    prepare: (server) => {
      converse(server);
      server.update({ status: 'ended', isActive: false });
    },
    shows: '.closed',
  },
  {
    name: 'lost',
    prepare: converse,
    act: async (_room, server) => {
      server.refuseTokens(() => ({ code: 'server.overloaded', message: 'Later.', retryAfterMs: 60_000 }));
      server.dropConnections();
    },
    shows: '.notice:not(:empty)',
  },
  {
    name: 'signed-out',
    prepare: (server) => server.refuseTokens(() => ({ code: 'auth.expired', message: 'No.' })),
    shows: '.screen h2',
  },
  {
    name: 'refused',
    prepare: (server) => server.refuseJoins({ code: 'consultation.not_found', message: 'No.' }),
    shows: '.screen h2',
  },
  {
    name: 'connecting',
    prepare: (server) =>
      server.refuseJoins({ code: 'server.overloaded', message: 'Later.', retryAfterMs: 60_000 }),
    shows: '.notice:not(:empty)',
  },
];

describe('every state of the room, in every look', () => {
  let server: ScriptedChatServer;
  const openRoom = useRooms((opened) => {
    server = opened;
  });

  it.each(STATES)('$name: axe finds nothing, and everything fits', async ({ name, prepare, act, shows }) => {
    prepare?.(server);
    const room = await openRoom();
    if (act !== undefined) {
      await room.opened();
      await act(room, server);
    }
    for (const look of LOOKS) {
      const { page, element } = room;
      await page.setViewportSize(look.viewport);
      await page.emulateMedia({ colorScheme: look.colorScheme, forcedColors: look.forcedColors });
      await element.evaluate((chat, lang) => chat.setAttribute('lang', lang), look.lang);
      await element.locator(`.room[lang=${look.lang}]`).waitFor();
      await element.locator(shows).first().waitFor();
      await takePicture(page, `element-${name}-${look.name}`);
      expect(await room.violations('rules' in look ? look.rules : undefined), look.name).toEqual([]);
      const spills = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      expect(spills, look.name).toBe(false);
    }
  });

  it('leaves space for messages on the smallest screen, and with text of twice the size', async () => {
    converse(server);
    const room = await openRoom({ viewport: { width: 320, height: 256 } });
    await room.opened();
    expect((await room.stream.boundingBox())?.height).toBeGreaterThan(110);
    await room.page.evaluate(`document.adoptedStyleSheets = [new CSSStyleSheet()];
      document.adoptedStyleSheets[0].replaceSync('html { font-size: 200%; }')`);
    // The layout is chosen again when the room's height changes, and depends on the size of its text.
    await room.page.setViewportSize(phone);
    const height = async (): Promise<number> => (await room.stream.boundingBox())?.height ?? 0;
    await expect.poll(height, { timeout: patienceMs }).toBeGreaterThan(300);
    expect(await room.violations()).toEqual([]);
  });

  it('leaves most of the screen to the conversation when nobody can write, and shows the whole reason', async () => {
    converse(server);
    server.update({ expiresAt: ahead(3 * HOUR_MS) });
    server.setDoctorOpen(false, ahead(5 * HOUR_MS));
    for (const [viewport, share] of [
      [phone, 0.2],
      [{ width: 320, height: 568 }, 0.25],
      [{ width: 320, height: 256 }, 0.41],
    ] as const) {
      const room = await openRoom({ viewport });
      await room.opened();
      const closed = room.element.locator('.closed');
      expect((await closed.boundingBox())?.height, String(viewport.height)).toBeLessThan(
        viewport.height * share,
      );
      for (const said of [
        /is off duty\.\s+Back /,
        /runs out before that/,
        /ask your clinic what you can do\.\s*$/,
      ])
        expect(await closed.textContent()).toMatch(said);
      await room.close();
    }
  });

  it('keeps the emergency sentence and the end within reach in a low room, whatever makes it low', async () => {
    converse(server);
    const room = await openRoom();
    await room.opened();
    const { page, stream } = room;
    const shown = room.element.getByText(/This chat is not for emergencies/).filter({ visible: true });
    const within = stream.getByText(/not for emergencies.* Consultation runs until /);
    await shown.waitFor();
    expect(await within.isVisible()).toBe(false);
    // Text grows without a window being resized.
    await page.evaluate(`document.adoptedStyleSheets = [new CSSStyleSheet()];
      document.adoptedStyleSheets[0].replaceSync('html { font-size: 200%; }')`);
    await within.waitFor();
    expect(await shown.count()).toBe(1);
    await page.evaluate('document.adoptedStyleSheets = []');
    await within.waitFor({ state: 'hidden' });
    for (const viewport of [
      { width: 320, height: 256 },
      { width: phone.height, height: phone.width },
    ]) {
      await page.setViewportSize(viewport);
      await within.waitFor();
      // Nobody can scroll before a frame has shown the end, which the room follows.
      await page.evaluate(afterFrames(2));
      await stream.evaluate((list) => list.scrollTo(0, 0));
      const [list, line] = [await stream.boundingBox(), await within.boundingBox()];
      expect(line?.y).toBeGreaterThanOrEqual(list?.y ?? Number.NaN);
      expect(await shown.count()).toBe(1);
    }
  });

  it('can be used by the keyboard alone, and always shows its focus', async () => {
    converse(server);
    const room = await openRoom();
    await room.opened();
    const focused = `(() => {
      const inner = document.activeElement.shadowRoot?.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(inner ?? document.body);
      return (inner?.getAttribute('part') ?? inner?.tagName ?? 'none') + ' ' + outlineStyle + ' ' + outlineWidth;
    })()`;
    // Links are found a little later and make the list longer. Meanwhile the button to the end is there.
    await room.stream.getByRole('link').nth(1).waitFor();
    await room.element.locator('[part=jump]').waitFor({ state: 'detached' });
    const stops: string[] = [];
    while (stops.length < 8 && !stops.includes('none none 0px')) {
      await room.page.keyboard.press('Tab');
      stops.push((await room.page.evaluate(focused)) as string);
    }
    expect(stops).toEqual([
      'print solid 2px',
      'log solid 2px',
      'A solid 2px',
      'A solid 2px',
      'input solid 2px',
      'none none 0px',
    ]);
    await room.draft.fill('by keyboard');
    await room.page.keyboard.press('Enter');
    await room.element.locator('.bubble', { hasText: 'by keyboard' }).waitFor();
  });
});

import { describe, expect, it } from 'vitest';
import { patienceMs, phone } from '../support/browser.js';
import type { ScriptedChatServer } from '../support/scripted-chat-server.js';
import type { Room } from './element-driver.js';
import { useRooms } from './use-rooms.js';

let server: ScriptedChatServer;
const openRoom = useRooms((opened) => {
  server = opened;
});

const wait = { timeout: patienceMs };
const AUTH_REQUIRED = { code: 'auth.required', message: 'No.' } as const;
const state = (name: string, reason: string | null): string =>
  `state ${JSON.stringify({ consultationId: 'consultation-123', state: name, reason })}`;
const chosen = (room: Room) => room.element.getByText('No conversation has been chosen.');
const give = (room: Room, properties: string): Promise<unknown> =>
  room.page.evaluate(`(async () => {
    const chat = document.querySelector('consultation-chat');
    Object.assign(chat, ${properties});
    await chat.updateComplete;
  })()`);
const widthOf = (room: Room): Promise<number> =>
  room.element.evaluate((element) => element.getBoundingClientRect().width);

describe('a property that a template has no value for yet', () => {
  it.each(['null', 'undefined'])('is the same as one that is left out: %s', async (nothing) => {
    const room = await openRoom({ attributes: { consultation: '' } });
    await give(room, `{ consultation: ${nothing} }`);
    await chosen(room).waitFor();
    await give(room, `{ server: ${nothing}, lang: ${nothing}, as: ${nothing}, socketPath: ${nothing} }`);
    await give(room, `{ token: ${nothing}, getToken: ${nothing}, client: ${nothing} }`);
    await chosen(room).waitFor();
    await give(room, `{ consultation: 'consultation-123' }`);
    await room.opened();
    expect(room.complaints).toEqual([]);
    expect((await room.events()).join()).not.toContain('refused');
  });
});

describe('the address of the server', () => {
  it('may be a host and a port, which have the scheme of the page', async () => {
    const room = await openRoom({ attributes: { server: '/' } });
    const { host } = new URL(server.url);
    await give(room, `{ server: ${JSON.stringify(host.replace('127.0.0.1', 'localhost'))} }`);
    await room.page.waitForRequest(/^http:\/\/localhost:\d+\/socket\.io\//);
  });

  it('may be none: the room is offline, and the console says which property that is of', async () => {
    const room = await openRoom({ attributes: { server: 'https://' } });
    await expect.poll(() => room.events(), wait).toEqual([state('offline', null)]);
    await room.element
      .getByRole('status')
      .getByText('The chat cannot be reached.', { exact: true })
      .waitFor();
    expect(room.complaints).toEqual(['consultation-chat: `server` is no address: https://']);
    await give(room, `{ server: ${JSON.stringify(server.url)} }`);
    await room.opened();
  });
});

describe('a `getToken` that gives none', () => {
  it.each(['undefined', 'null', `''`, `{ token: 'a.b.c' }`])(
    'is asked again, and is a failure until then: %s',
    async (given) => {
      server.refuseTokens((token) => (token === 'opaque' ? undefined : AUTH_REQUIRED));
      const room = await openRoom({ attributes: { consultation: '' } });
      await give(
        room,
        `{ consultation: 'consultation-123', getToken: async () => window.given ? 'opaque' : ${given} }`,
      );
      await expect.poll(() => room.events(), wait).toEqual([state('offline', 'client.no_token')]);
      expect(room.complaints).toEqual([expect.stringContaining('`getToken` gave no token')]);
      await room.page.evaluate('window.given = true');
      await room.opened();
      expect((await room.events()).join()).not.toContain('signed-out');
    },
  );

  it('is named where it is no function', async () => {
    const room = await openRoom({ attributes: { consultation: '' } });
    await give(room, `{ consultation: 'consultation-123', getToken: 'a.b.c' }`);
    await expect.poll(() => room.events(), wait).toContainEqual(state('offline', 'client.no_token'));
    expect(room.complaints[0]).toContain('getToken is not a function');
  });
});

describe('the page around', () => {
  it('gives a room that is as wide as its content a width that can be read', async () => {
    const css = `main { display: flex; justify-content: center; }`;
    const room = await openRoom({ css });
    await room.opened();
    expect(await widthOf(room)).toBe(640);
    await room.page.setViewportSize(phone);
    expect(await widthOf(room)).toBe(phone.width);
  });

  it('gives a room the width there is, where there is more', async () => {
    const room = await openRoom();
    await room.opened();
    expect(await widthOf(room)).toBe(1280);
    expect(await room.element.locator('.room').evaluate((part) => part.getBoundingClientRect().width)).toBe(
      1280,
    );
    const box = await room.element.locator('.room').boundingBox();
    expect(box?.height).toBe(800);
  });

  it('fits into a dialog', async () => {
    const room = await openRoom({ viewport: phone });
    await room.page.evaluate(`(() => {
      const dialog = document.createElement('dialog');
      document.body.append(dialog);
      dialog.append(document.querySelector('consultation-chat'));
      dialog.showModal();
    })()`);
    expect(await widthOf(room)).toBeGreaterThan(phone.width - 60);
    expect(await room.page.evaluate('document.documentElement.scrollWidth')).toBe(phone.width);
    await room.page.setViewportSize({ width: 1280, height: 800 });
    expect(await widthOf(room)).toBe(640);
  });

  it.each([
    ['an element of another component', '', 'frame.attachShadow({ mode: "open" }).append(chat)'],
    ['an element around one without a language', '', 'frame.append(chat); chat.setAttribute("lang", "")'],
  ])('says the language, as that of %s', async (_what, lang, put) => {
    const room = await openRoom({ attributes: { lang } });
    await room.page.evaluate(`(() => {
      const frame = document.createElement('div');
      frame.lang = 'de';
      document.querySelector('main').append(frame);
      const chat = document.querySelector('consultation-chat');
      ${put};
    })()`);
    await room.element.getByRole('textbox', { name: 'Nachricht' }).waitFor();
  });

  it('changes nothing of what people have written', async () => {
    const css = `body { text-transform: uppercase; letter-spacing: 4px; word-spacing: 9px; font-style: italic;
      white-space: pre; text-indent: 3em; hyphens: auto; text-shadow: 1px 1px red; line-height: 4; text-align: right; }`;
    const room = await openRoom({ css });
    await room.opened();
    await room.send('Take 5 mg');
    await room.element.locator('.bubble', { hasText: 'Take 5 mg' }).waitFor();
    const styles = await room.page.evaluate(`(() => {
      const inside = document.querySelector('consultation-chat').shadowRoot;
      const { textTransform, letterSpacing, wordSpacing, fontStyle, textIndent, textShadow } = getComputedStyle(
        inside.querySelector('.bubble'));
      const { whiteSpaceCollapse } = getComputedStyle(inside.querySelector('.name'));
      return { textTransform, letterSpacing, wordSpacing, fontStyle, textIndent, textShadow, whiteSpaceCollapse };
    })()`);
    expect(styles).toEqual({
      textTransform: 'none',
      letterSpacing: 'normal',
      wordSpacing: '0px',
      fontStyle: 'normal',
      textIndent: '0px',
      textShadow: 'none',
      whiteSpaceCollapse: 'collapse',
    });
  });
});

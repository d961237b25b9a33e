import { describe, expect, it } from 'vitest';
import { afterFrames, patienceMs, phone } from '../support/browser.js';
import type { ScriptedChatServer } from '../support/scripted-chat-server.js';
import type { Room, RoomOptions } from './element-driver.js';
import { useRooms } from './use-rooms.js';

let server: ScriptedChatServer;
const openRoom = useRooms((opened) => {
  server = opened;
});
let room: Room | undefined;

const wait = { timeout: patienceMs };
/** The place to which somebody is brought is looked at again in a few frames. */
const SETTLED = afterFrames(10);

async function open(options?: RoomOptions): Promise<Room> {
  room = await openRoom(options);
  await room.opened();
  return room;
}

function storeMany(count: number): void {
  for (let number = 1; number <= count; number += 1)
    server.store(number % 3 === 0 ? 'user' : 'doctor', `Message ${server.messages.length + 1}\nmore`, {
      unheard: true,
    });
}

const leftBelow = ({ stream }: Room): Promise<number> =>
  stream.evaluate((at) => at.scrollHeight - at.scrollTop - at.clientHeight);
const unreadTold = async ({ events }: Room): Promise<readonly string[]> =>
  (await events()).filter((one) => one.startsWith('unread'));

describe('whoever comes back', () => {
  it('is at the end again if unread messages lie above it, or at the first one that came meanwhile', async () => {
    storeMany(90);
    server.update({ readSeq: { user: 16, doctor: 0 } });
    const opened = await open();
    await opened.element.getByText('New since you were away').waitFor();
    await opened.element.getByRole('button', { name: /new messages$|Newest messages/ }).click();
    const above = opened.element.getByRole('button', { name: /unread messages above$/ });
    await above.waitFor();
    await opened.page.evaluate(SETTLED);
    await opened.page.reload();
    await opened.opened();
    await opened.page.evaluate(SETTLED);
    await expect.poll(() => leftBelow(opened), wait).toBeLessThan(2);
    await above.waitFor();

    await opened.page.goto('about:blank');
    storeMany(60);
    await opened.page.goto(`${server.url}/host.html`);
    await opened.opened();
    const top = async (): Promise<number> => {
      const [first, list] = [
        await opened.element.locator('[data-seq="91"]').boundingBox(),
        await opened.stream.boundingBox(),
      ];
      return (first?.y ?? Number.NaN) - (list?.y ?? 0);
    };
    await expect.poll(async () => Math.round(await top()), wait).toBe(48);
  });
});

/** The message that is seen at the top of the list. Messages in a block that is not drawn may lie elsewhere. */
const SEEN_AT_TOP = `(() => {
  const { shadowRoot } = document.querySelector('consultation-chat');
  const { left, width, top } = shadowRoot.querySelector('.stream').getBoundingClientRect();
  const found = [10, 30, 60].map((down) => shadowRoot.elementFromPoint(left + width / 2, top + down)?.closest('[data-seq]'));
  return Number(found.find((one) => one != null)?.dataset.seq);
})()`;
/** Waits until the room is drawn anew, without messages. */
const AWAY_AND_BACK = `(async () => {
  const main = document.querySelector('main');
  const chat = main.lastChild;
  chat.remove();
  main.append(chat);
  await chat.updateComplete;
})()`;

describe('whoever reads far up, and comes back', () => {
  it.each([79, 119, 199])(
    'finds message %i where it was, whatever is drawn of those around it',
    async (seq) => {
      storeMany(300);
      server.update({ readSeq: { user: 300, doctor: 300 } });
      const opened = await open({ viewport: phone, hasTouch: true, isMobile: true });
      const message = opened.element.locator(`[data-seq="${seq}"]`);
      const goUp = async (): Promise<number> => {
        await opened.stream.evaluate((stream) => stream.scrollTo(0, 0));
        return opened.element.locator('[data-seq="1"]').count();
      };
      await expect.poll(goUp, wait).toBe(1);
      for (let turn = 0; turn < 2; turn += 1) {
        await message.evaluate((one) => one.scrollIntoView({ block: 'start' }));
        await opened.page.evaluate(SETTLED);
      }
      const before = (await opened.page.evaluate(SEEN_AT_TOP)) as number;
      for (let turn = 0; turn < 3; turn += 1) {
        await opened.page.evaluate(AWAY_AND_BACK);
        await opened.element.locator('.stream [data-seq]').first().waitFor({ state: 'attached' });
        await opened.page.evaluate(SETTLED);
        const after = (await opened.page.evaluate(SEEN_AT_TOP)) as number;
        // The line of a day, above the first message that is loaded, may take the place of a message.
        expect(Math.abs(after - before)).toBeLessThan(3);
      }
    },
  );
});

describe('a message that is on the screen as soon as it comes', () => {
  it('is announced once, and not counted as unread', async () => {
    storeMany(60);
    server.update({ readSeq: { user: 60, doctor: 0 } });
    const opened = await open();
    server.store('doctor', 'News');
    await expect.poll(() => server.marks.map(({ seq }) => seq), wait).toEqual([61]);
    await opened.page.evaluate(SETTLED);
    expect(await unreadTold(opened)).toEqual([]);
    await opened.stream.evaluate((stream) => stream.scrollTo(0, 300));
    await opened.element.getByRole('button', { name: 'Newest messages' }).waitFor();
    server.store('doctor', 'More news');
    await expect
      .poll(() => unreadTold(opened), wait)
      .toEqual(['unread {"consultationId":"consultation-123","count":1}']);
  });
});

describe('the language of a room', () => {
  it('follows that of the page, even if it has changed while the room was away', async () => {
    const { page, element } = await open({ viewport: phone });
    await element.getByRole('textbox', { name: 'Message' }).waitFor();
    await page.evaluate(`document.documentElement.lang = 'de'`);
    await element.getByRole('textbox', { name: 'Nachricht' }).waitFor();
    await page.evaluate(`{ const main = document.querySelector('main'); const chat = main.lastChild;
      chat.remove(); document.documentElement.lang = 'es'; main.append(chat); }`);
    await element.getByRole('textbox', { name: 'Mensaje' }).waitFor();
    await page.evaluate(`document.querySelector('consultation-chat').lang = 'fr'`);
    await element.getByRole('textbox', { name: 'Message' }).waitFor();
    await page.evaluate(`document.documentElement.lang = 'de'`);
    await page.evaluate(SETTLED);
    await element.locator('.room[lang=fr]').waitFor();
  });

  it('is asked for again where it could not be loaded', async () => {
    const { page, element } = await open();
    await page.route('**/texts/de.js*', (route) => route.abort());
    const failed = page.waitForEvent('requestfailed');
    await page.evaluate(`document.querySelector('consultation-chat').lang = 'de'`);
    await failed;
    await page.unroute('**/texts/de.js*');
    await element.getByRole('textbox', { name: 'Nachricht' }).waitFor();
  });

  it('is the one that was chosen last, however long another one takes', async () => {
    const { page, element } = await open();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/texts/de.js*', async (route) => {
      await released;
      await route.continue();
    });
    const isAsked = page.waitForRequest('**/texts/de.js*');
    await page.evaluate(`document.querySelector('consultation-chat').lang = 'de'`);
    await isAsked;
    await page.evaluate(`document.querySelector('consultation-chat').lang = 'es'`);
    await element.getByRole('textbox', { name: 'Mensaje' }).waitFor();
    const answered = page.waitForEvent('requestfinished');
    release();
    await answered;
    await page.evaluate(SETTLED);
    await element.locator('.room[lang=es]').waitFor();
  });
});

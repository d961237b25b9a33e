import { describe, expect, it } from 'vitest';
import { desktop, patienceMs } from '../../support/browser.js';
import { type PeopleTab, tiny } from './people-driver.js';
import { openPeopleServer, type PeopleServer } from './people-server.js';
import { furnish, STATES } from './people-states.js';
import { usePeople } from './use-people.js';

/** How much of the conversation is to be on the screen, by state, px: less where a button leads to what is not. */
const LEFT_PX: Readonly<Record<string, number>> = {
  'inbox-room': 110,
  namesakes: 125,
  offline: 70,
  'inbox-ended': 110,
  waiting: 95,
  'off-duty': 80,
  'runs-out-before': 80,
};
/** Where the second row of the list is to begin at most, by state, px. */
const SECOND_ROW_PX: Readonly<Record<string, number>> = { inbox: 208, conversations: 160 };
/** What is asked in a dialog can be answered without scrolling. */
const ASKED: Readonly<Record<string, number>> = {
  extend: tiny.height,
  end: tiny.height,
  'sign-out': tiny.height,
};

/** Of a busy machine. */
const STATES_LIMIT_MS = 120_000;

let server: PeopleServer;
let tab: PeopleTab;
const visit = usePeople(async () => {
  server = await openPeopleServer();
  await furnish(server);
  return server;
});

/** Where one can write, all of the button is on the screen that sends it. */
async function sendEnd(): Promise<number> {
  const box = await tab.page.locator('consultation-chat .send').boundingBox();
  return (box?.y ?? 0) + (box?.height ?? 0);
}
const roomLeft = (): Promise<number> =>
  tab.page.evaluate(
    `document.querySelector('consultation-chat').shadowRoot.querySelector('.stream').clientHeight`,
  );
const secondRow = async (): Promise<number> => (await tab.items.nth(1).boundingBox())?.y ?? 0;
async function answersEnd(): Promise<number> {
  const box = await tab.page.locator('.dialog .buttons button').last().boundingBox();
  return (box?.y ?? 0) + (box?.height ?? 0);
}

/** Each state as it is on the small screen, in its order. */
async function inEachState(look: (name: string) => Promise<unknown>): Promise<void> {
  for (const { name, reach, leave } of STATES) {
    await tab.page.setViewportSize(desktop);
    await reach(tab, server);
    await tab.page.setViewportSize(tiny);
    await look(name);
    await tab.page.setViewportSize(desktop);
    await leave?.(tab, server);
  }
}

describe('on a screen of 320×256', () => {
  it(
    'enough is left to read and write, and what is asked can be answered',
    async () => {
      tab = await visit(server.url);
      await inEachState(async (name) => {
        const [left, row, end] = [LEFT_PX[name], SECOND_ROW_PX[name], ASKED[name]];
        if (left !== undefined)
          await expect.poll(roomLeft, { timeout: patienceMs, message: name }).toBeGreaterThanOrEqual(left);
        if (name === 'waiting-more')
          await expect.poll(sendEnd, { timeout: patienceMs, message: name }).toBeLessThanOrEqual(tiny.height);
        if (row !== undefined)
          await expect.poll(secondRow, { timeout: patienceMs, message: name }).toBeLessThanOrEqual(row);
        if (end !== undefined)
          await expect.poll(answersEnd, { timeout: patienceMs, message: name }).toBeLessThanOrEqual(end);
      });
    },
    STATES_LIMIT_MS,
  );
});

import { describe, expect, it } from 'vitest';
import { afterFrames, patienceMs, phone } from '../support/browser.js';
import type { ScriptedChatServer } from '../support/scripted-chat-server.js';
import type { Room } from './element-driver.js';
import { useRooms } from './use-rooms.js';

let server: ScriptedChatServer;
const openRoom = useRooms((opened) => {
  server = opened;
});

const wait = { timeout: patienceMs };
const SETTLED = afterFrames(10);
const looked = (state: 'hidden' | 'visible'): string =>
  `Object.defineProperties(document, {
    hidden: { configurable: true, get: () => ${state === 'hidden'} },
    visibilityState: { configurable: true, get: () => '${state}' },
  });
  document.dispatchEvent(new Event('visibilitychange'));`;

/** A phone at the end of a conversation that was read. */
async function openAtEnd(): Promise<Room> {
  for (let number = 1; number <= 30; number += 1)
    server.store(number % 3 === 0 ? 'user' : 'doctor', `Message ${number}\nmore`, { unheard: true });
  server.update({ readSeq: { user: 30, doctor: 30 } });
  const room = await openRoom({ viewport: phone, hasTouch: true, isMobile: true });
  await room.opened();
  await room.page.evaluate(SETTLED);
  return room;
}

function answer(count: number, unheard: boolean): void {
  for (let number = 1; number <= count; number += 1)
    server.store(
      'doctor',
      `Answer ${number}\n${'a long line of an answer, which is broken on a phone '.repeat(3)}`,
      {
        unheard,
      },
    );
}

/** How far below the top of the list an element is, in CSS px. */
async function below({ element, stream }: Room, selector: string): Promise<number> {
  const [one, list] = await Promise.all([element.locator(selector).boundingBox(), stream.boundingBox()]);
  return Math.round((one?.y ?? Number.NaN) - (list?.y ?? 0));
}
const leftBelow = ({ stream }: Room): Promise<number> =>
  stream.evaluate((at) => at.scrollHeight - at.scrollTop - at.clientHeight);

describe('whoever was at the end and puts the phone away', () => {
  it('comes back to the first of many answers', async () => {
    const room = await openAtEnd();
    await room.page.evaluate(looked('hidden'));
    answer(8, false);
    await room.element.locator('[data-seq="38"]').waitFor({ state: 'attached' });
    await room.page.evaluate(looked('visible'));
    await expect.poll(() => below(room, '[data-new]'), wait).toBe(48);
    await room.element.locator('[data-new] + [data-seq="31"]').waitFor();
    await room.element.getByRole('button', { name: /^\d new messages$/ }).waitFor();
    await room.page.evaluate(SETTLED);
    expect(await below(room, '[data-new]')).toBe(48);
    // Nobody has seen the last one yet.
    expect(server.marks.map(({ seq }) => seq)).not.toContain(38);
  });

  it('comes back to the first of them if the network was gone as well, and comes back later', async () => {
    const room = await openAtEnd();
    // There was news before, whose line is still there.
    await room.page.evaluate(looked('hidden'));
    answer(1, false);
    await room.element.getByText('New since you were away').waitFor({ state: 'attached' });
    await room.page.evaluate(looked('visible'));
    await expect.poll(() => leftBelow(room), wait).toBeLessThan(2);
    server.refuseJoins({ code: 'server.overloaded', message: 'Not now.' });
    server.dropConnections();
    await room.page.evaluate(looked('hidden'));
    answer(8, true);
    await room.page.evaluate(looked('visible'));
    server.refuseJoins(undefined);
    await room.element.locator('[data-new] + [data-seq="32"]').waitFor();
    await expect.poll(() => below(room, '[data-new]'), wait).toBe(48);
  });

  it('sees the end if all that is new is on the screen then', async () => {
    const room = await openAtEnd();
    await room.page.evaluate(looked('hidden'));
    answer(1, false);
    await room.element.locator('[data-seq="31"]').waitFor({ state: 'attached' });
    await room.page.evaluate(looked('visible'));
    await room.element.getByText('New since you were away').waitFor();
    await expect.poll(() => leftBelow(room), wait).toBeLessThan(2);
    await expect.poll(() => server.marks.map(({ seq }) => seq), wait).toContain(31);
  });

  it.each(['visible', 'hidden'] as const)('reads that it was away only if it was: %s', async (state) => {
    const room = await openAtEnd();
    await room.page.evaluate(looked(state));
    server.dropConnections();
    answer(1, true);
    await room.element.locator('[data-new] + [data-seq="31"]').waitFor({ state: 'attached' });
    expect(await room.element.locator('[data-new]').textContent()).toBe(
      state === 'visible' ? 'New' : 'New since you were away',
    );
  });

  it('stays at the end while messages come that are seen', async () => {
    const room = await openAtEnd();
    for (let number = 1; number <= 8; number += 1) {
      answer(1, false);
      await room.element.locator(`[data-seq="${30 + number}"]`).waitFor();
      await expect.poll(() => leftBelow(room), wait).toBeLessThan(2);
    }
    expect(await room.element.locator('[data-new]').count()).toBe(0);
  });
});

describe('earlier messages that are loaded', () => {
  it('leave what is read in its place, though the name above it goes', async () => {
    for (let number = 1; number <= 150; number += 1)
      server.store('doctor', `Message ${number}\nmore`, { unheard: true });
    server.update({ readSeq: { user: 150, doctor: 150 } });
    const room = await openRoom({ viewport: phone, hasTouch: true, isMobile: true });
    await room.opened();
    server.holdPages(true);
    await room.stream.evaluate((stream) => stream.scrollTo(0, 0));
    await room.element.getByText('Loading earlier messages').waitFor();
    await room.page.evaluate(SETTLED);
    const first = '[data-seq="91"] .bubble';
    expect(await room.element.locator('[data-seq="91"] .by').count()).toBe(1);
    const before = await below(room, first);
    server.holdPages(false);
    await room.element.locator('[data-seq="90"]').waitFor({ state: 'attached' });
    await room.page.evaluate(SETTLED);
    expect(await room.element.locator('[data-seq="91"] .by').count()).toBe(0);
    expect(Math.abs((await below(room, first)) - before)).toBeLessThan(2);
  });
});

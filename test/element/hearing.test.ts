import { beforeEach, describe, expect, it } from 'vitest';
import { patienceMs } from '../support/browser.js';
import type { ScriptedChatServer } from '../support/scripted-chat-server.js';
import type { Room } from './element-driver.js';
import { useRooms } from './use-rooms.js';

const HOUR_MS = 3_600_000;
const wait = { timeout: patienceMs };
const eventually = expect.poll;

let server: ScriptedChatServer;
const openRoom = useRooms((opened) => {
  server = opened;
});
let room: Room;

beforeEach(async () => {
  room = await openRoom();
  await room.opened();
});

/** What was said aloud, while it is still there. */
const spoken = (): Promise<readonly string[]> => room.element.locator('#announcer p').allTextContents();

describe('somebody who hears the room', () => {
  it('hears when and why it closes, and when they can write again', async () => {
    server.announceDoctorAway(new Date(Date.now() + 2 * HOUR_MS).toISOString());
    await eventually(spoken, wait).toEqual(['You cannot write now: Dr. Maya Lindqvist is off duty.']);
    server.announceDoctor();
    await eventually(spoken, wait).toContain('Write to Dr. Maya Lindqvist');
    server.update({ status: 'ended', isActive: false });
    await eventually(spoken, wait).toContain('This consultation has ended.');
    expect(await spoken()).toHaveLength(3);
  });

  it('hears it only once when the focus was in the part that is gone, from the place that has the focus then', async () => {
    await room.draft.fill('May I');
    await room.draft.focus();
    server.update({ status: 'ended', isActive: false });
    const closed = room.element.locator('.closed');
    await eventually(() => closed.evaluate((group) => group.matches(':focus')), wait).toBe(true);
    expect(await spoken()).toEqual([]);
  });

  it('hears nothing again that comes again with an older copy of the store, and does hear what is new', async () => {
    const lines = ['One', 'Two', 'Three'].map((line) => server.store('doctor', line));
    await eventually(spoken, wait).toHaveLength(3);
    server.forgetEverything();
    for (const { content, sentAt } of lines.slice(0, 2))
      server.store('doctor', content, { unheard: true, sentAt });
    server.dropConnections();
    await room.element.locator('.stream').getByText('Three').waitFor({ state: 'detached' });
    await room.element.locator('.stream').getByText('Two').waitFor();
    server.store('doctor', 'Four');
    await eventually(async () => (await spoken()).at(-1), wait).toBe('Dr. Maya Lindqvist: Four');
    expect((await spoken()).map((one) => one.split(': ')[1])).toEqual(['One', 'Two', 'Three', 'Four']);
    expect(await room.element.locator('[data-new]').count()).toBe(0);
  });

  it('hears how much longer a message may get when they stop writing, and not with each letter', async () => {
    await room.draft.fill('x'.repeat(3_700));
    await room.draft.pressSequentially('abc');
    await room.element.getByText('297 characters left').first().waitFor();
    await eventually(spoken, wait).toEqual(['297 characters left']);
    const live = 'xpath=ancestor-or-self::*[@aria-live or @role="status"]';
    expect(await room.element.locator('.counter').locator(live).count()).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { patienceMs, violationsOf } from '../support/browser.js';
import type { ScriptedChatServer } from '../support/scripted-chat-server.js';
import type { Room, RoomOptions } from './element-driver.js';
import { useRooms } from './use-rooms.js';

let server: ScriptedChatServer;
const openRoom = useRooms((opened) => {
  server = opened;
});

/** Keeps what would be printed, and takes the focus as some browsers do. `window.done()` ends the printing. */
const PAPER = `document.body.append = (frame) => {
  document.body.appendChild(frame);
  const { contentWindow } = frame;
  contentWindow.print = () => {
    contentWindow.focus();
    frame.focus();
    window.printed = [...(window.printed ?? []), frame.contentDocument.body.innerText];
    window.done = () => contentWindow.dispatchEvent(new Event('afterprint'));
  };
};`;

async function open(options?: RoomOptions): Promise<Room> {
  const room = await openRoom(options);
  await room.opened();
  await room.page.evaluate(PAPER);
  return room;
}

const wait = { timeout: patienceMs };
const button = ({ element }: Room) => element.getByRole('button', { name: 'Print the conversation' });
const printed = ({ page }: Room) => page.evaluate('window.printed ?? []') as Promise<string[]>;

async function print(room: Room): Promise<string> {
  const { length } = await printed(room);
  await button(room).click();
  await expect.poll(async () => (await printed(room)).length, wait).toBe(length + 1);
  return (await printed(room)).at(-1) ?? '';
}

async function lose(room: Room): Promise<void> {
  await server.close();
  await room.element.getByText('The connection was lost').waitFor();
}

describe('a record', () => {
  it('says how the consultation stands, with dates that still hold on another day', async () => {
    server.store('doctor', 'Good morning.', { unheard: true });
    server.update({ expiresAt: '2099-03-02T16:30:00.000Z' });
    const room = await open();
    expect(await print(room)).toContain('Consultation runs until 2 March 2099, 17:30.');
    server.update({ status: 'ended', isActive: false });
    await room.element.locator('.closed').waitFor();
    expect(await print(room)).toMatch(/^Ended\.$/m);
    server.update({ status: 'expired', expiresAt: '2020-03-02T16:30:00.000Z' });
    await room.element.getByRole('heading', { name: 'This consultation has run out' }).waitFor();
    expect(await print(room)).toContain('Ran out 2 March 2020, 17:30.');
  });

  it('shows refused and unanswered messages as not sent, apart from what was said', async () => {
    const room = await open();
    await room.send('This arrived.');
    await room.stream.getByText('Sent', { exact: true }).waitFor();
    server.refuseSends({ code: 'consultation.forbidden', message: 'No.' });
    await room.send('This was refused.');
    await room.stream.getByText('Not sent').waitFor();
    server.refuseSends(undefined);
    server.dropBroadcasts(true);
    server.loseAnswers(true);
    await room.send('This has no answer.');
    await room.stream.getByText('Sending…').waitFor();
    const paper = await print(room);
    expect(paper).toContain('1 message.');
    expect(paper).toContain('Not counted: 2 messages that were written here');
    const [said = '', unsent = ''] = paper.split('Written here, and not known to have arrived');
    expect(said).toContain('This arrived.');
    expect(said).not.toMatch(/refused|no answer/);
    expect(unsent).toMatch(/\d{4}, \d\d:\d\d Jonas Weber \(Not sent\)\s+This was refused\./);
    expect(unsent).toMatch(/Jonas Weber \(Not confirmed\)\s+This has no answer\./);
    const record = room.page.frames()[1] ?? room.page;
    expect(await violationsOf(record)).toEqual([]);
  });

  it('is printed without a connection if all of it is loaded, and says that there was none', async () => {
    server.store('doctor', 'Good morning.', { unheard: true });
    const room = await open();
    await room.stream.getByText('Good morning.').waitFor();
    expect(await print(room)).not.toContain('Printed without a connection');
    await lose(room);
    const paper = await print(room);
    expect(paper).toContain('Good morning.');
    expect(paper).toContain(
      'Printed without a connection: what was said or changed in the meantime is missing here.',
    );
  });

  it('is not printed without a connection if a part is not loaded, and the room says that there is none', async () => {
    for (let number = 1; number <= 450; number += 1)
      server.store('doctor', `Line ${number}`, { unheard: true });
    server.update({ readSeq: { user: 450, doctor: 0 } });
    const room = await open();
    await room.stream.getByText('Line 450').waitFor();
    await lose(room);
    await button(room).click();
    await room.element
      .getByRole('status')
      .getByText(
        'Not printed: there is no connection, and earlier messages are not loaded. Your browser’s own menu prints what is here.',
      )
      .waitFor();
    expect(await printed(room)).toEqual([]);
  });

  it('leaves the focus where it was, and at most one frame behind', async () => {
    const room = await open();
    const focused = () =>
      room.page.evaluate(`document.activeElement.shadowRoot?.activeElement?.getAttribute('part') ?? null`);
    await print(room);
    expect(await focused()).toBe('print');
    await room.page.evaluate(`document.querySelector('iframe').focus(); window.done()`);
    expect(await focused()).toBe('print');
    expect(await room.page.locator('iframe').count()).toBe(0);
    await print(room);
    await print(room);
    expect(await room.page.locator('iframe').count()).toBe(1);
  });
});

it('the room is printed dark on white, whatever the screen is like', async () => {
  server.store('doctor', 'Good morning.', { unheard: true });
  const room = await open({ colorScheme: 'dark' });
  await room.stream.getByText('Good morning.').waitFor();
  const colour = () =>
    room.page.evaluate(
      `getComputedStyle(document.querySelector('consultation-chat').shadowRoot.querySelector('.bubble')).color`,
    );
  expect(await colour()).toBe('rgb(232, 238, 242)');
  await room.page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await colour()).toBe('rgb(23, 33, 43)');
});

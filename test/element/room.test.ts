import { describe, expect, it } from 'vitest';
import { afterFrames, patienceMs, phone, violationsOf } from '../support/browser.js';
import type { ScriptedChatServer } from '../support/scripted-chat-server.js';
import type { Room, RoomOptions } from './element-driver.js';
import { useRooms } from './use-rooms.js';

/** How far right each line of the closed room begins: what it says, and the button below the draft. */
const BEGINNINGS = `(() => {
  const range = document.createRange();
  const parts = [...document.querySelector('consultation-chat').shadowRoot.querySelectorAll('.closed h3, .closed button')];
  return [...new Set(parts.map((part) => {
    range.selectNodeContents(part);
    return Math.round(range.getBoundingClientRect().left);
  }))];
})()`;

let server: ScriptedChatServer;
const openRoom = useRooms((opened) => {
  server = opened;
});

async function open(options?: RoomOptions): Promise<Room> {
  const room = await openRoom(options);
  await room.opened();
  return room;
}

/** The `seq` of the message at the top of the list. There are gaps between messages. */
const TOP_MESSAGE = `(() => {
  const stream = document.querySelector('consultation-chat').shadowRoot.querySelector('.stream');
  const { left, width, top } = stream.getBoundingClientRect();
  const found = [30, 60, 90].map((down) =>
    stream.getRootNode().elementFromPoint(left + width / 2, top + down)?.closest('[data-seq]'));
  return found.find((one) => one != null)?.dataset.seq ?? '';
})()`;
/** Scrolls down in the first frame that has the earlier place. @returns where that was, and where the list stays. */
const SCROLL_AT_ONCE = `new Promise((resolve) => {
  const stream = () => document.querySelector('consultation-chat')?.shadowRoot?.querySelector('.stream');
  const after = (frames, run) => requestAnimationFrame(() => frames > 0 ? after(frames - 1, run) : run());
  const look = () => {
    if (!(stream()?.scrollTop > 0)) return requestAnimationFrame(look);
    const before = stream().scrollTop;
    stream().scrollTop += 700;
    after(8, () => resolve([before, stream().scrollTop]));
  };
  look();
})`;
/** The place that is shown first is looked at again in a few frames. */
const SETTLED = afterFrames(8);
/** The part of the room that has the focus. */
const FOCUSED_PART = `document.activeElement.shadowRoot?.activeElement?.getAttribute('part') ?? null`;
const FONT_SIZE = `Number.parseFloat(getComputedStyle(
  document.querySelector('consultation-chat').shadowRoot.querySelector('textarea')).fontSize)`;
/** What separates the time of a message from its delivery state. */
const SEPARATOR = `getComputedStyle(
  document.querySelector('consultation-chat').shadowRoot.querySelector('.meta time'), '::after').content`;
const QUOTE_BORDER = `getComputedStyle(
  document.querySelector('consultation-chat').shadowRoot.querySelector('blockquote')).borderTopStyle`;
const HOUR_MS = 3_600_000;
const eventually = expect.poll;
const wait = { timeout: patienceMs };
const scrollTop = (room: Room): Promise<number> => room.stream.evaluate((stream) => stream.scrollTop);
const marks = (): number[] => server.marks.map(({ seq }) => seq);

function storeMany(count: number, from = 0): void {
  for (let number = from + 1; number <= from + count; number += 1)
    server.store(number % 3 === 0 ? 'user' : 'doctor', `Message ${number}\nwith a second line`, {
      unheard: true,
    });
}

/** Presses the button that leads to the first message that has not been on the screen. */
async function backToUnread(room: Room, seen: number): Promise<void> {
  await room.element.getByRole('button', { name: /unread messages above$/ }).click();
  const top = async (): Promise<number> => Number(await room.page.evaluate(TOP_MESSAGE));
  // The message that the mark has reached may be followed by one's own.
  await eventually(async () => Math.abs((await top()) - seen), wait).toBeLessThan(4);
  // Nobody scrolls on before what they have jumped to was on the screen.
  await room.page.evaluate(SETTLED);
  expect(await room.page.evaluate(FOCUSED_PART)).toBe('log');
}

/** Scrolls half a screen at a time, as somebody does who reads. */
async function scrollThrough({ page }: Room): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const stream = document.querySelector('consultation-chat').shadowRoot.querySelector('.stream');
    const frame = (run) => requestAnimationFrame(() => requestAnimationFrame(run));
    const step = () => {
      if (stream.scrollTop + stream.clientHeight > stream.scrollHeight - 2) return frame(resolve);
      stream.scrollTop += stream.clientHeight / 2;
      frame(step);
    };
    step();
  })`);
}

describe('the room of a consultation', () => {
  it('sends a message, tells what became of it, and tells the page around only ids', async () => {
    const room = await open();
    await room.send('Good morning.');
    await room.element.getByText('Sent', { exact: true }).waitFor();
    server.tellRead('doctor', 1);
    await room.element.getByText('Read', { exact: true }).waitFor();
    server.store('doctor', 'A secret answer');
    await room.element.locator('.bubble', { hasText: 'A secret answer' }).waitFor();
    const events = await room.events();
    expect(
      events.some((event) => event.startsWith('message {"consultationId":"consultation-123","messageId":')),
    ).toBe(true);
    expect(events).toContain('state {"consultationId":"consultation-123","state":"open","reason":null}');
    expect(events.join()).not.toMatch(/secret|morning|Lindqvist/);
    expect(room.complaints).toEqual([]);
  });

  it('marks only what was on the screen as read', async () => {
    storeMany(450);
    server.update({ readSeq: { user: 20, doctor: 0 } });
    const room = await open();
    // The room begins where the reader left off, and not at the end.
    await room.element.getByText('New since you were away').waitFor();
    await eventually(() => marks().length, wait).toBeGreaterThan(0);
    for (let number = 0; number < 3; number += 1) server.store('doctor', `Late ${number}`);
    await room.element.getByRole('button', { name: /new messages$/ }).waitFor();
    expect(Math.max(...marks())).toBeLessThan(60);
    // The button lies beside the messages, and covers none.
    const [list, jump] = [await room.stream.boundingBox(), await room.element.locator('.jump').boundingBox()];
    expect(jump?.y).toBeGreaterThanOrEqual((list?.y ?? 0) + (list?.height ?? 0));
    const seen = Math.max(...marks());
    await room.element.getByRole('button', { name: /new messages$/ }).click();
    await room.element.locator('.bubble', { hasText: 'Late 2' }).waitFor();
    const above = room.element.getByRole('button', { name: /unread messages above$/ });
    await above.waitFor();
    // What was skipped is not read, and the mark does not move over it.
    expect(Math.max(...marks())).toBe(seen);
    await backToUnread(room, seen);
    await scrollThrough(room);
    await eventually(() => Math.max(...marks()), wait).toBe(453);
    await above.waitFor({ state: 'detached' });
    await eventually(async () => (await room.events()).at(-1), wait).toMatch(/^unread .*"count":0/);
  });

  it('counts nothing as read because of one’s own message or a reload, and leads back to what was skipped', async () => {
    storeMany(90);
    const room = await open();
    // Whoever has never read anything has not been away.
    await room.element.getByText('New', { exact: true }).waitFor();
    await eventually(() => marks().length, wait).toBeGreaterThan(0);
    await room.page.evaluate(SETTLED);
    const seen = Math.max(...marks());
    await room.send('An answer to the first of them');
    await room.element.locator('[data-seq="91"]', { hasText: 'Sent' }).waitFor();
    const above = room.element.getByRole('button', { name: /unread messages above$/ });
    await above.waitFor();
    expect(await room.violations()).toEqual([]);
    expect(Math.max(...marks())).toBe(seen);
    server.update({ readSeq: { user: seen, doctor: 0 } });
    // The reader is at the end, and comes back there after a reload.
    for (const viewport of [phone, { width: 800, height: 900 }]) await room.page.setViewportSize(viewport);
    await room.page.evaluate(SETTLED);
    expect(Math.max(...marks())).toBe(seen);
    await backToUnread(room, seen);
    await room.page.evaluate(SETTLED);
    const further = Math.max(...marks());
    expect(further).toBeLessThan(80);
    server.update({ readSeq: { user: further, doctor: 0 } });
    await room.page.reload();
    await room.opened();
    await room.page.evaluate(SETTLED);
    expect(Math.max(...marks())).toBeLessThan(80);
  });

  it('counts nothing as unread after a reload that was seen after skipped messages, unless the store is another', async () => {
    storeMany(90);
    const room = await open();
    await room.element.getByText('New', { exact: true }).waitFor();
    await eventually(() => marks().length, wait).toBeGreaterThan(0);
    await room.send('An answer to the first of them');
    await room.element.locator('[data-seq="91"]', { hasText: 'Sent' }).waitFor();
    await room.element.getByRole('button', { name: /unread messages above$/ }).waitFor();
    await room.page.evaluate(SETTLED);
    const counts = async (): Promise<readonly number[]> =>
      (await room.events())
        .filter((one) => one.startsWith('unread'))
        .map((one) => Number(/"count":(\d+)/.exec(one)?.[1]));
    const left = (await counts()).at(-1) ?? 0;
    const mark = Math.max(...marks());
    expect(left).toBeLessThan(60 - mark * (2 / 3));
    server.update({ readSeq: { user: mark, doctor: 0 } });
    await room.page.reload();
    await room.opened();
    await room.page.evaluate(SETTLED);
    expect(Math.max(...(await counts()))).toBeLessThanOrEqual(left);
    expect(Math.max(...marks())).toBeLessThan(80);

    server.forgetEverything();
    server.update({ readSeq: { user: 0, doctor: 0 } });
    storeMany(95);
    await room.page.reload();
    await room.opened();
    await eventually(async () => Math.max(...(await counts())), wait).toBeGreaterThan(40);
    await room.page.evaluate(SETTLED);
    expect((await counts()).at(-1)).toBeGreaterThan(64 - 25);
  });

  it('leaves the focus in the room when the button that had it is gone', async () => {
    storeMany(90);
    server.update({ readSeq: { user: 90, doctor: 0 } });
    const room = await open();
    await room.stream.evaluate((stream) => stream.scrollTo(0, 300));
    await room.element.getByRole('button', { name: 'Newest messages' }).focus();
    await room.stream.evaluate((stream) => stream.scrollTo(0, stream.scrollHeight));
    await room.element.getByRole('button', { name: 'Newest messages' }).waitFor({ state: 'detached' });
    expect(await room.page.evaluate(FOCUSED_PART)).toBe('log');
  });

  it('marks nothing as read while the element lies below the fold of the page around', async () => {
    storeMany(2);
    const room = await open({ css: 'h1 { position: static; height: 300vh; } main { overflow: visible; }' });
    await room.element.locator('.bubble').first().waitFor({ state: 'attached' });
    await eventually(() => room.events(), wait).toContainEqual(expect.stringMatching(/^unread .*"count":2/));
    expect(marks()).toEqual([]);
    await room.element.scrollIntoViewIfNeeded();
    await room.page.evaluate('scrollTo(0, document.body.scrollHeight)');
    await eventually(marks, wait).toEqual([2]);
  });

  it('loads earlier messages when somebody scrolls up, and stays where they read', async () => {
    storeMany(300);
    server.update({ readSeq: { user: 300, doctor: 0 } });
    const room = await open();
    const marker = room.element.locator('[data-seq="241"]');
    await marker.waitFor({ state: 'attached' });
    const before = (await room.page.evaluate(`(() => {
      const { shadowRoot } = document.querySelector('consultation-chat');
      shadowRoot.querySelector('.stream').scrollTo(0, 0);
      return shadowRoot.querySelector('[data-seq="241"]').getBoundingClientRect().top;
    })()`)) as number;
    await room.element.locator('[data-seq="150"]').waitFor({ state: 'attached' });
    // The message at the top is still there, with all that came in above it.
    const moved = async (): Promise<number> =>
      Math.abs(((await marker.boundingBox())?.y ?? Number.NaN) - before);
    await eventually(moved, wait).toBeLessThan(80);
    expect(await scrollTop(room)).toBeGreaterThan(1_000);
    const first = room.element.locator('[data-seq="1"]');
    const goUp = async (): Promise<number> => {
      await room.stream.evaluate((stream) => stream.scrollTo(0, 0));
      return first.count();
    };
    await eventually(goUp, wait).toBe(1);
  });

  it('keeps draft and place across a reload', async () => {
    storeMany(200);
    server.update({ readSeq: { user: 200, doctor: 0 } });
    const room = await open();
    await room.draft.fill('half a sentence');
    await room.stream.evaluate((stream) => stream.scrollTo(0, 900));
    const top = (): Promise<string> => room.page.evaluate(TOP_MESSAGE);
    // The message that was jumped to is drawn with the next frame.
    await eventually(top, wait).not.toBe('');
    const before = Number(await top());
    await room.page.reload();
    await room.opened();
    expect(await room.draft.inputValue()).toBe('half a sentence');
    await eventually(async () => Math.abs(Number(await top()) - before), wait).toBeLessThan(3);
    await room.draft.fill('');
  });

  it('follows a reader who scrolls while the earlier place is being found', async () => {
    storeMany(200);
    server.update({ readSeq: { user: 200, doctor: 0 } });
    const room = await open();
    await room.stream.evaluate((stream) => stream.scrollTo(0, 900));
    await eventually(() => room.page.evaluate(TOP_MESSAGE), wait).not.toBe('');
    await room.page.reload();
    const [before = 0, after] = (await room.page.evaluate(SCROLL_AT_ONCE)) as number[];
    expect(after).toBeGreaterThan(before + 300);
  });

  it('moves nobody who reads near the end, unless a message comes', async () => {
    storeMany(60);
    server.update({ readSeq: { user: 60, doctor: 0 } });
    const room = await open();
    const left = () => room.stream.evaluate((at) => at.scrollHeight - at.scrollTop - at.clientHeight);
    await eventually(left, wait).toBeLessThan(2);
    await room.stream.evaluate((stream) => stream.scrollBy(0, -40));
    server.tellTyping('doctor', true);
    await room.element.getByText('is writing').waitFor();
    expect(Math.round(await left())).toBe(40);
    await room.page.reload();
    await room.opened();
    await eventually(async () => Math.round(await left()), wait).toBe(40);
    server.store('doctor', 'news');
    await eventually(left, wait).toBeLessThan(2);
  });

  /** Opens a room of a hundred messages, sixty of them read. @returns where the first of the others is. */
  async function openWithNews() {
    storeMany(100);
    server.update({ readSeq: { user: 60, doctor: 0 } });
    const room = await open();
    const divider = room.element.getByText('New since you were away');
    await divider.waitFor();
    await room.page.evaluate(SETTLED);
    const top = async (): Promise<number> =>
      (await room.element.locator('[data-seq="61"]').boundingBox())?.y ?? Number.NaN;
    const before = await top();
    return { room, divider, top, before };
  }

  it('takes away the line above new messages once they were read in another window, and moves nothing', async () => {
    const { divider, top, before } = await openWithNews();
    server.tellRead('user', 100);
    await divider.waitFor({ state: 'detached' });
    expect(Math.abs((await top()) - before)).toBeLessThan(1);
  });

  it('keeps the place if that line is gone when somebody comes back', async () => {
    const { room, divider, top, before } = await openWithNews();
    await room.page.goto('about:blank');
    server.update({ readSeq: { user: 100, doctor: 0 } });
    await room.page.goto(`${server.url}/host.html`);
    await room.opened();
    await eventually(async () => Math.abs((await top()) - before), wait).toBeLessThan(1);
    expect(await divider.count()).toBe(0);
  });

  it('promises to send nothing once nobody can write any more', async () => {
    const room = await open();
    server.refuseTokens(() => ({ code: 'server.overloaded', message: 'Later.', retryAfterMs: 60_000 }));
    server.dropConnections();
    await room.element.getByText('What you write goes out as soon as it is back').waitFor();
    await room.page.evaluate(
      `{ const { now } = Date; Date.now = () => now.call(Date) + ${24 * 60 * 60_000}; }`,
    );
    await room.element.getByRole('heading', { name: 'This consultation has run out' }).waitFor();
    await room.element.getByText('The chat cannot be reached. We keep trying.').waitFor();
  });

  it('closes when the consultation runs out, and not a moment later', async () => {
    const room = await open();
    const { clock } = room.page;
    await clock.install({ time: Date.now() });
    await clock.pauseAt(Date.now() + 60_000);
    const now = (await room.page.evaluate('Date.now()')) as number;
    const validity = room.element.locator('.validity');
    const before = await validity.textContent();
    server.update({ expiresAt: new Date(now + 3 * 60_000).toISOString() });
    await eventually(() => validity.textContent(), wait).not.toBe(before);
    await clock.runFor(3 * 60_000 - 1_000);
    expect(await room.element.locator('.composer').count()).toBe(1);
    await clock.runFor(1_001);
    await room.page.evaluate(`document.querySelector('consultation-chat').updateComplete`);
    expect(await room.element.locator('.composer').count()).toBe(0);
    await room.element.getByRole('heading', { name: 'This consultation has run out' }).waitFor();
  });

  it('judges by the time of the server what can be written, however wrong the clock of the device is', async () => {
    const shift = (hours: number): string => `{ const { now } = Date; const RealDate = Date;
      Date = class extends RealDate { constructor(...given) { super(...(given.length > 0 ? given : [Date.now()])); } };
      Date.now = () => now.call(RealDate) + ${hours * HOUR_MS}; }`;
    const validityIn = (room: Room) => room.element.locator('.validity');
    const right = await open();
    const validity = (await validityIn(right).textContent()) ?? '';
    const fast = await open({ before: shift(11) });
    expect(await fast.element.locator('.composer').count()).toBe(1);
    // It names the day, which may be another one on such a device.
    expect(validity).toMatch(/\d\d:\d\d/);
    expect(await validityIn(fast).textContent()).toBe(validity);
    await fast.send('Can you read this?');
    await fast.element.locator('[data-seq="1"]', { hasText: 'Sent' }).waitFor();
    // A notice confirms the duty by the clock of the device.
    server.announceDoctor();
    server.store('doctor', 'I can.');
    await fast.stream.getByText('I can.').waitFor();
    expect(await fast.element.getByText('Duty not confirmed').count()).toBe(0);
    expect((await fast.events()).filter((one) => one.includes('"closed"'))).toEqual([]);

    server.update({ expiresAt: new Date(Date.now() - HOUR_MS).toISOString() });
    const slow = await open({ before: shift(-11) });
    await slow.element.getByRole('heading', { name: 'This consultation has run out' }).waitFor();
    expect(await slow.element.locator('.composer').count()).toBe(0);
  });

  it('closes in time on a device whose clock is wrong', async () => {
    const room = await open({ before: `Date.now = ((now) => () => now() - ${11 * HOUR_MS})(Date.now);` });
    server.update({ expiresAt: new Date(Date.now() + 1_500).toISOString() });
    await room.element.getByRole('heading', { name: 'This consultation has run out' }).waitFor();
  });

  it('judges by the clock of the device with a server that does not tell its time', async () => {
    server.withholdTime(true);
    const room = await open({ before: `Date.now = ((now) => () => now() + ${11 * HOUR_MS})(Date.now);` });
    await room.element.getByRole('heading', { name: 'This consultation has run out' }).waitFor();
  });

  it('says quietly that it closes soon, and does not interrupt somebody who writes', async () => {
    const room = await open();
    await room.draft.fill('Half a sen');
    const focused = (): Promise<unknown> => room.page.evaluate(FOCUSED_PART);
    const place = await room.draft.boundingBox();
    const notice = room.element.getByRole('status').and(room.element.locator('.notice'));
    const endsIn = (minutes: number): void =>
      server.update({ expiresAt: new Date(Date.now() + minutes * 60_000).toISOString() });
    const validity = await room.element.locator('.validity').textContent();
    endsIn(10);
    await eventually(() => room.element.locator('.validity').textContent(), wait).not.toBe(validity);
    expect(await room.element.locator('.notice').textContent()).toBe('');
    endsIn(4.9);
    await notice.getByText(/^Open until \d\d:\d\d, less than 5 minutes from now\.$/).waitFor();
    endsIn(0.9);
    await notice.getByText(/^Open until \d\d:\d\d, less than a minute from now\.$/).waitFor();
    expect(await room.draft.boundingBox()).toEqual(place);
    expect(await focused()).toBe('input');

    endsIn(-1);
    await room.element.locator('blockquote', { hasText: 'Half a sen' }).waitFor();
    await room.element.getByText('Your draft was not sent, and stays in this tab.').waitFor();
    await room.element.getByRole('group', { name: 'This consultation has run out' }).waitFor();
    expect(await room.page.evaluate(BEGINNINGS)).toHaveLength(1);
    expect(await focused()).toBe('closed');
    expect(await room.element.locator('.notice').textContent()).toBe('');
    endsIn(60);
    await eventually(() => room.draft.inputValue(), wait).toBe('Half a sen');
    expect(await focused()).toBe('input');
  });

  it('says the same of the end of the duty, and counts its last minute', async () => {
    const room = await open();
    const at = Date.parse('2126-03-01T10:00:00Z');
    await room.page.evaluate(`{ Date.now = () => ${at}; }`);
    server.update({ expiresAt: new Date(at + 3_600_000).toISOString() });
    await room.element.evaluate((chat, dutyUntil) => Object.assign(chat, { dutyUntil }), at + 4 * 60_000);
    await room.element.getByText('Open until 11:03, less than 5 minutes from now.').waitFor();
  });

  it('tells somebody who reads further up how many messages were not sent, and leads to them', async () => {
    storeMany(80);
    server.update({ readSeq: { user: 80, doctor: 0 } });
    server.refuseSends({ code: 'consultation.inactive', message: 'No.' });
    const room = await open();
    await room.send('Too late');
    await room.stream.getByText('Not sent').waitFor();
    server.update({ status: 'ended', isActive: false });
    await room.element.locator('.closed').waitFor();
    await room.stream.evaluate((stream) => stream.scrollTo(0, 0));
    await room.element.getByRole('button', { name: '1 message was not sent' }).click();
    const toEnd = (): Promise<number> =>
      room.stream.evaluate((stream) => stream.scrollHeight - stream.scrollTop - stream.clientHeight);
    await eventually(toEnd, wait).toBeLessThan(2);
    await eventually(() => room.page.evaluate(FOCUSED_PART), wait).toBe('log');
  });

  it('tells when a message was written if the next one came a minute later, and on paper for each one', async () => {
    for (const [index, time] of ['10:00:00', '10:02:00', '10:02:30'].entries())
      server.store('doctor', `Line ${index}`, { unheard: true, sentAt: `2026-03-02T${time}.000Z` });
    const room = await open();
    await room.stream.getByText('Line 2').waitFor();
    expect(await room.stream.locator('.message .by').count()).toBe(1);
    expect(await room.stream.locator('.message time').allTextContents()).toEqual(['11:00', '11:02']);
    const titles = room.stream.locator('.bubble');
    expect(await titles.evaluateAll((all) => all.map((one) => one.getAttribute('title')))).toEqual([
      '11:00',
      '11:02',
      '11:02',
    ]);
    await room.page.emulateMedia({ media: 'print' });
    const lines = await room.stream.locator('.message').allInnerTexts();
    expect(lines.map((line) => line.replaceAll(/\s+/g, ' '))).toEqual([
      'Dr. Maya Lindqvist, 11:00: Line 0',
      'Dr. Maya Lindqvist, 11:02: Line 1',
      'Dr. Maya Lindqvist, 11:02: Line 2',
    ]);
    const height = await room.stream.locator('.message .hidden').first().boundingBox();
    expect(height?.height).toBeGreaterThan(10);
  });

  it('says as whom somebody writes', async () => {
    const room = await open();
    await room.element.getByText('You are writing as Jonas Weber').waitFor();
    expect(await room.draft.getAttribute('aria-describedby')).toBe('hint');
    const doctor = await open({
      attributes: { as: 'doctor' },
      viewport: phone,
      hasTouch: true,
      isMobile: true,
    });
    await doctor.element.locator('#hint').getByText('You are writing as Dr. Maya Lindqvist').waitFor();
  });

  it('tells after a reload what happened to the consultation, where it happened', async () => {
    server.store('doctor', 'before', { unheard: true });
    const room = await open();
    server.update({ status: 'ended', isActive: false });
    await room.stream.getByText('The consultation was ended').waitFor();
    // If nobody can write any more, nobody is said to be away.
    expect(await room.element.locator('.under').textContent()).not.toContain('here now');
    server.update({ status: 'open', isActive: true });
    await room.stream.getByText('The consultation is open again').waitFor();
    server.store('doctor', 'after');
    await room.stream.getByText('after', { exact: true }).waitFor();
    await room.page.reload();
    await room.opened();
    const lines = () => room.stream.locator('.note, .bubble').allTextContents();
    const shown = async () => (await lines()).map((line) => line.replace(/ · \d\d:\d\d$/, '').trim());
    await eventually(shown, wait).toEqual([
      'before',
      'The consultation was ended',
      'The consultation is open again',
      'after',
    ]);
  });

  it('tells what happened to a consultation without messages, and sets each event apart from its time', async () => {
    const room = await open();
    await room.stream.getByRole('heading', { name: 'Nobody has written yet' }).waitFor();
    server.update({ expiresAt: new Date(Date.now() + 9 * 3_600_000).toISOString() });
    const notes = room.stream.locator('.note');
    await notes.getByText(/^The consultation now runs until .* at \d\d:\d\d · \d\d:\d\d$/).waitFor();
    server.update({ status: 'ended', isActive: false });
    await notes.getByText(/^The consultation was ended · \d\d:\d\d$/).waitFor();
    await room.stream.getByRole('heading', { name: 'Nobody has written yet' }).waitFor();
  });

  it('keeps separate phrases apart in its head, in its hints, and at the start of a low room', async () => {
    const room = await open();
    const said = async (selector: string): Promise<string> =>
      ((await room.element.locator(selector).textContent()) ?? '').replaceAll(/\s+/g, ' ').trim();
    expect(await said('.under')).toMatch(/^not here now · Consultation runs until .* at \d\d:\d\d$/);
    expect(await said('#hint')).toMatch(/^You are writing as Jonas Weber \. Enter sends/);
    await room.send('Good morning.');
    await room.stream.getByText('Sent', { exact: true }).waitFor();
    expect(await room.page.evaluate(SEPARATOR)).toBe('" · "');
    server.announceDoctorAway(new Date(Date.now() + 2 * 3_600_000).toISOString());
    await room.element
      .locator('.duty')
      .getByText(/^, back .* at \d\d:\d\d$/)
      .waitFor();
    expect(await said('.duty')).toMatch(/^Off duty, back /);
    expect(await said('.small-print')).toMatch(
      /emergency number\. Consultation runs until .* at \d\d:\d\d · Off duty, back .* at \d\d:\d\d$/,
    );
  });

  it('says what to do in an emergency in the language of its reader, by the server’s words where it has some', async () => {
    const own = { en: 'Call 112.', de: 'Rufen Sie 112.', '*': '112!' };
    const [room, plain] = [await open({ emergency: own }), await open()];
    const said = ({ element }: Room) => element.locator('.emergency').textContent();
    const usual = new Set<string | null>();
    for (const lang of ['en', 'de', 'fr', 'es', 'ar', 'pt'] as const) {
      for (const { element } of [room, plain]) {
        await element.evaluate((chat, to) => chat.setAttribute('lang', to), lang);
        await element.locator(`.room[lang=${lang}]`).waitFor();
      }
      await eventually(() => said(room), wait).toBe(lang === 'en' || lang === 'de' ? own[lang] : own['*']);
      usual.add(await said(plain));
    }
    expect(usual.size).toBe(6);
    expect(usual).toContain(
      'This chat is not for emergencies. If it is urgent, call your local emergency number.',
    );
  });

  it('says how long a message may be, and writes in the direction of its language while there is no text', async () => {
    const room = await open();
    await room.draft.fill('x'.repeat(4_012));
    await room.element.getByText('12 characters too many, of at most 4,000').waitFor();
    await room.draft.fill('');
    await room.element.evaluate((chat) => chat.setAttribute('lang', 'ar'));
    await room.element.locator('.room[lang=ar]').waitFor();
    expect(await room.draft.getAttribute('dir')).toBe('rtl');
    await room.draft.fill('x');
    await eventually(() => room.draft.getAttribute('dir'), wait).toBe('auto');
  });

  it('has a hint in its field that fits there, also with text of twice the size', async () => {
    const room = await open({ viewport: phone });
    expect(await room.draft.getAttribute('placeholder')).toBe('Write to Dr. Maya Lindqvist');
    const large = await open({ viewport: phone, css: 'html { font-size: 200%; }' });
    expect(await large.draft.getAttribute('placeholder')).toBe('Message');
    // If not even that fits, the name of the field is left to those who hear it.
    const narrow = await open({
      viewport: { width: 320, height: 568 },
      css: 'html { font-size: 200%; }',
      attributes: { lang: 'de' },
    });
    await eventually(() => narrow.draft.getAttribute('placeholder'), wait).toBe('');
    await narrow.element.getByRole('textbox', { name: 'Nachricht' }).waitFor();
  });

  it('says why nobody can write before anybody tries, and keeps the draft meanwhile', async () => {
    const room = await open();
    await room.draft.fill('May I swim?');
    const tomorrow = new Date(Date.now() + 2 * 3_600_000).toISOString();
    server.announceDoctorAway(tomorrow);
    await room.element.getByRole('heading', { name: 'Dr. Maya Lindqvist is off duty' }).waitFor();
    await room.element.getByText(/Messages can be sent from .* \(your time\)/).waitFor();
    expect(await room.draft.count()).toBe(0);
    // The draft can still be read, and copied elsewhere.
    await room.element.locator('blockquote', { hasText: 'May I swim?' }).waitFor();
    expect(await room.violations()).toEqual([]);
    server.announceDoctor();
    await eventually(() => room.draft.inputValue(), wait).toBe('May I swim?');
    server.update({ status: 'ended', isActive: false });
    await room.element.getByRole('heading', { name: 'This consultation has ended' }).waitFor();
    expect(await room.draft.count()).toBe(0);
    await eventually(() => room.events(), wait).toContainEqual(
      expect.stringContaining('"state":"closed","reason":"ended"'),
    );
  });

  it('shows nothing in green once the connection is lost, and says so', async () => {
    const room = await open();
    await openRoom({ attributes: { as: 'doctor' } });
    await room.element.locator('.here').waitFor();
    await room.element.locator('.duty[data-tone=good]', { hasText: 'On duty' }).waitFor();
    await server.close();
    await room.element.getByText('The connection was lost').waitFor();
    expect(await room.element.locator('.here').count()).toBe(0);
    expect(await room.element.locator('.duty').getAttribute('data-tone')).toBe('quiet');
    await room.element.locator('.duty', { hasText: 'Duty not confirmed' }).waitFor();
  });

  it('keeps a refused message with its reason, and sends it again or gives it back', async () => {
    const room = await open();
    server.refuseSends({ code: 'rate.limited', message: 'No.', retryAfterMs: 600_000 });
    server.refuseSends({ code: 'consultation.forbidden', message: 'No.' });
    await room.send('first');
    await room.element.getByText('Not sent').waitFor();
    await room.element.getByText('You cannot speak here as this person.').waitFor();
    server.refuseSends(undefined);
    await room.element.getByRole('button', { name: 'Try again' }).click();
    await room.element.getByText('Sent', { exact: true }).waitFor();
    server.refuseSends({ code: 'request.invalid', message: 'No.', field: 'content' });
    await room.send('second');
    await room.draft.fill('third');
    const edit = room.element.getByRole('button', { name: 'Edit' });
    await edit.waitFor();
    // A message that nobody can send any more stays where it can be read.
    server.update({ status: 'ended', isActive: false });
    await edit.waitFor({ state: 'detached' });
    await room.stream.locator('.bubble', { hasText: 'second' }).waitFor();
    server.update({ status: 'open', isActive: true });
    await edit.click();
    expect(await room.draft.inputValue()).toBe('second\nthird');
  });

  it('lets people copy what nobody can send any more, whether or not it may use the clipboard', async () => {
    for (const before of ['', 'Object.defineProperty(navigator, "clipboard", { value: undefined })']) {
      const room = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
      await room.page.evaluate(before);
      server.refuseSends({ code: 'consultation.forbidden', message: 'No.' });
      await room.send('May I swim?\nOr run?');
      await room.element.getByText('Not sent').waitFor();
      await room.draft.fill('Half a sentence');
      expect(await room.element.getByRole('button', { name: 'Copy' }).count()).toBe(0);
      server.update({ status: 'ended', isActive: false });
      const quote = room.element.locator('blockquote', { hasText: 'Half a sentence' });
      await quote.waitFor();
      expect(await room.page.evaluate(QUOTE_BORDER)).toBe('dashed');
      const pasted = async (): Promise<unknown> => {
        await room.page.evaluate(
          `{ const into = document.createElement('textarea'); document.body.append(into); into.focus(); }`,
        );
        await room.page.keyboard.press('Control+v');
        return room.page.evaluate(
          `{ const into = document.querySelector('textarea'); into.remove(); into.value; }`,
        );
      };
      await room.stream.getByRole('button', { name: 'Copy' }).click();
      const notice = room.element.getByRole('status').getByText('Copied.');
      await notice.waitFor();
      expect(await pasted()).toBe('May I swim?\nOr run?');
      await room.element.locator('.closed').getByRole('button', { name: 'Copy' }).click();
      await eventually(pasted, wait).toBe('Half a sentence');
      server.update({ status: 'open', isActive: true });
      await room.draft.waitFor();
    }
  });

  it('claims of no message that it is being sent once nobody can write any more', async () => {
    const room = await open();
    server.dropBroadcasts(true);
    server.loseAnswers(true);
    await room.send('On its way');
    await room.stream.getByText('Sending…').waitFor();
    server.update({ status: 'ended', isActive: false });
    await room.stream.getByText('Not confirmed').waitFor();
    expect(await room.stream.getByText('Sending…').count()).toBe(0);
    await room.stream.getByRole('button', { name: 'Copy' }).waitFor();
  });

  it('keeps refused messages for another room and for a reload, in their order, and sends each once', async () => {
    const room = await open();
    server.store('doctor', 'Good morning.');
    server.refuseSends({ code: 'consultation.forbidden', message: 'No.' });
    await room.send('first');
    await room.send('second');
    const bubbles = () => room.element.locator('.bubble').allTextContents();
    const retries = room.element.getByRole('button', { name: 'Try again' });
    await eventually(() => retries.count(), wait).toBe(2);
    const go = (id: string) => room.element.evaluate((chat, to) => chat.setAttribute('consultation', to), id);
    await go('elsewhere');
    await room.element.getByRole('heading', { name: 'This conversation cannot be opened' }).waitFor();
    await go('consultation-123');
    await eventually(bubbles, wait).toEqual(['Good morning.', 'first', 'second']);
    await room.page.reload();
    await eventually(bubbles, wait).toEqual(['Good morning.', 'first', 'second']);
    server.refuseSends(undefined);
    await retries.first().click();
    await eventually(() => retries.count(), wait).toBe(1);
    await room.page.reload();
    await eventually(() => retries.count(), wait).toBe(1);
    await retries.click();
    await room.element.getByText('Sent', { exact: true }).waitFor();
    await eventually(() => retries.count(), wait).toBe(0);
    await room.page.reload();
    await eventually(bubbles, wait).toEqual(['Good morning.', 'first', 'second']);
    expect(await retries.count()).toBe(0);
    expect(server.messages.map(({ content }) => content)).toEqual(['Good morning.', 'first', 'second']);
    const ids = server.sends.map(({ content, clientMessageId }) => `${content} ${clientMessageId}`);
    expect(new Set(ids).size).toBe(2);
  });

  it('leaves a button under the pointer where it is, with its focus, while history comes', async () => {
    storeMany(130);
    const room = await open();
    server.refuseSends({ code: 'consultation.forbidden', message: 'No.' });
    await room.send('first');
    await room.send('second');
    const retries = room.element.getByRole('button', { name: 'Try again' });
    await eventually(() => retries.count(), wait).toBe(2);
    server.refuseSends(undefined);
    server.holdPages(true);
    await room.page.reload();
    await eventually(() => retries.count(), wait).toBe(2);
    expect(await room.element.locator('.bubble').count()).toBe(2);
    await retries.last().focus();
    server.holdPages(false);
    await room.element.locator('.bubble', { hasText: 'Message 130' }).waitFor();
    await room.page.keyboard.press('Enter');
    await eventually(() => server.messages.at(-1)?.content, wait).toBe('second');
    await eventually(() => retries.count(), wait).toBe(1);
  });

  it('shows text as text, and links as links that lead nowhere else', async () => {
    const room = await open();
    const hostile = '<img src=x onerror="document.title=1"> javascript:alert(1) https://example.org/?q="><b>';
    server.store('doctor', hostile);
    const bubble = room.element.locator('.bubble');
    await bubble.waitFor();
    expect(await bubble.textContent()).toBe(hostile);
    expect(await bubble.locator('img, script, b').count()).toBe(0);
    const links = await bubble
      .locator('a')
      .evaluateAll((all) => all.map((a) => [a.getAttribute('href'), a.getAttribute('rel')]));
    expect(links).toEqual([[expect.stringMatching(/^https:\/\/example\.org/), 'noopener noreferrer']]);
  });

  it('announces a new message once, and history not at all', async () => {
    server.store('doctor', 'from before', { unheard: true });
    const room = await open();
    await room.element.locator('.bubble').waitFor();
    const spoken = room.element.locator('#announcer p');
    expect(await spoken.count()).toBe(0);
    server.store('doctor', 'news');
    await spoken.first().waitFor({ state: 'attached' });
    expect(await spoken.allTextContents()).toEqual(['Dr. Maya Lindqvist: news']);
    expect(await room.stream.getAttribute('aria-live')).toBe('off');
    // Nobody finds the words of one patient in the room of another.
    await room.element.evaluate((element: { setAttribute(name: string, value: string): void }) =>
      element.setAttribute('consultation', 'consultation-other'),
    );
    await room.page.evaluate('new Promise(requestAnimationFrame)');
    expect(await spoken.count()).toBe(0);
  });

  it('begins a new line by Enter on a touch keyboard, and sends by it elsewhere', async () => {
    const touch = await open({ viewport: phone, hasTouch: true, isMobile: true });
    await touch.draft.fill('one');
    await touch.draft.press('Enter');
    expect(await touch.draft.inputValue()).toBe('one\n');
    expect(await touch.draft.getAttribute('enterkeyhint')).toBe('enter');
    expect(await touch.page.evaluate(FONT_SIZE)).toBeGreaterThanOrEqual(16);
    const desk = await open();
    await desk.draft.fill('two');
    await desk.draft.press('Shift+Enter');
    expect(server.sends).toEqual([]);
    await desk.draft.press('Enter');
    await eventually(() => server.sends.map(({ content }) => content), wait).toEqual(['two']);
    expect(await desk.draft.getAttribute('enterkeyhint')).toBe('send');
  });

  it('lets a doctor in although the page does not say who they are, and lets an onlooker read', async () => {
    server.refuseJoins({ code: 'consultation.forbidden', message: 'No.' });
    const room = await openRoom();
    await eventually(() => server.joins.map(({ sender }) => sender), wait).toEqual(['user', 'doctor', null]);
    server.refuseJoins(undefined);
    await room.element.getByRole('button', { name: 'Try again' }).click();
    await room.element.getByRole('heading', { name: 'You are looking on' }).waitFor();
  });

  it('prints the whole conversation, with names, times and zone', async () => {
    storeMany(450);
    server.update({ readSeq: { user: 450, doctor: 0 } });
    const room = await open();
    await room.page.evaluate(`document.body.append = (frame) => {
      document.body.appendChild(frame);
      frame.contentWindow.print = () => { window.printed = frame.contentDocument.body.innerText; };
    }`);
    await room.element.getByRole('button', { name: 'Print the conversation' }).click();
    await eventually(() => room.page.evaluate('typeof window.printed'), wait).toBe('string');
    const printed = (await room.page.evaluate('window.printed')) as string;
    expect(printed).toContain('Consultation consultation-123');
    expect(printed).toContain('Jonas Weber, patient-1 (patient) and Dr. Maya Lindqvist, doctor-1 (doctor)');
    expect(printed).toContain('450 messages. Times are in Europe/Berlin.');
    expect(printed.match(/with a second line/g)).toHaveLength(450);
    expect(printed).toMatch(/\d\d:\d\d\s*Dr\. Maya Lindqvist/);
    const record = room.page.frames()[1] ?? room.page;
    expect(await record.title()).toBe('Consultation consultation-123');
    expect(await violationsOf(record)).toEqual([]);
    expect(room.complaints).toEqual([]);
  });
});

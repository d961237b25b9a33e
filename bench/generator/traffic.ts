import { setTimeout as delay } from 'node:timers/promises';
import type { Command, GeneratorSettings, RoomRange, Traffic } from './commands.js';
import type { Crowd } from './crowd.js';
import { type Counts, createLedger, type Ledger } from './ledger.js';
import { createMeasuringWindow, type MeasuringWindow } from './measuring-window.js';
import type { Pen } from './pen.js';
import { randomFrom } from './random.js';

/** How long the end waits for messages that are still on their way, in ms. */
const DRAIN_LIMIT_MS = 15_000;
const DRAIN_POLL_MS = 2;
/** The time between two looks at what is due, in ms. */
const PACE_MS = 1;
const EVERY_ROOM: RoomRange = [0, Number.POSITIVE_INFINITY];

type CommandOf<Type extends Command['type']> = Extract<Command, { readonly type: Type }>;

/** The ways to send messages. Each of them measures, and waits at the end until everything has arrived. */
export interface TrafficRunner {
  closed(command: CommandOf<'closed'>): Promise<Traffic>;
  fill(command: CommandOf<'fill'>): Promise<Traffic>;
  paced(command: CommandOf<'paced'>): Promise<Traffic>;
  oneByOne(rooms: RoomRange): Promise<Traffic>;
}

/** What every way to send messages needs. */
interface Desk {
  readonly crowd: Crowd;
  readonly ledger: Ledger;
  readonly window: MeasuringWindow;
}

export function createTraffic(crowd: Crowd, settings: GeneratorSettings): TrafficRunner {
  const desk = { crowd, ledger: createLedger(crowd, settings), window: createMeasuringWindow(settings) };
  return {
    closed: (command) => closed(desk, command),
    fill: (command) => fill(desk, command),
    paced: (command) => paced(desk, command),
    oneByOne: (rooms) => oneByOne(desk, rooms),
  };
}

function pensOf(
  { crowd, ledger }: Desk,
  rooms: RoomRange,
  senders: 'all' | 'first of each room',
  acknowledged = false,
): Pen[] {
  const [from, to] = rooms;
  const inside = crowd.participants.filter(({ room }) => room >= from && room < to);
  const pens = inside.map((who) => ledger.penOf(who, acknowledged));
  return senders === 'all' ? pens : firstOfEachRoom(pens);
}

/** Combines what the window has measured with the counts of the whole run. */
async function finish({ crowd, window }: Desk, counts: Counts, drain: boolean): Promise<Traffic> {
  const seen = window.end();
  if (drain) await until(() => counts.delivered >= counts.expected && counts.inFlight <= 0);
  return { ...counts, ...seen, lost: crowd.lost() };
}

/** Everybody, or each room, has one message in flight, and sends the next one when that is done. */
async function closed(desk: Desk, command: CommandOf<'closed'>): Promise<Traffic> {
  const { ledger, window } = desk;
  const { rooms, senders, acknowledged, amount } = command;
  const pens = pensOf(desk, rooms, senders === 'in turn' ? 'all' : senders, acknowledged);
  const beginners = senders === 'in turn' ? firstOfEachRoom(pens) : pens;
  const nextAfter = senders === 'in turn' ? turnsOf(pens) : (pen: Pen): Pen => pen;
  const limit = 'perSender' in amount ? amount.perSender : Number.POSITIVE_INFINITY;
  let isOver = false;
  const counts = ledger.begin({
    onDone: (pen, since, now) => {
      if (isOver) return;
      window.noteDone(since, now);
      const next = nextAfter(pen);
      if (next.sent < limit) ledger.send(next, now);
    },
  });
  window.start();
  for (const pen of beginners) ledger.send(pen, performance.now());
  if ('perSender' in amount) {
    await until(() => window.messages() + counts.refused >= pens.length * limit);
  } else {
    await delay(amount.warmUpMs);
    window.start();
    await delay(amount.durationMs);
  }
  isOver = true;
  return finish(desk, counts, true);
}

function firstOfEachRoom(pens: readonly Pen[]): Pen[] {
  return pens.filter(({ who }, index) => pens[index - 1]?.who.room !== who.room);
}

/**
 * @returns a function that says who sends after somebody: the members of a room, one after the other, and then the
 *   first one again.
 */
function turnsOf(pens: readonly Pen[]): (pen: Pen) => Pen {
  const next = new Map<Pen, Pen>();
  let first: Pen | undefined;
  for (const [index, pen] of pens.entries()) {
    if (first?.who.room !== pen.who.room) first = pen;
    const after = pens[index + 1];
    next.set(pen, after?.who.room === pen.who.room ? after : first);
  }
  return (pen) => next.get(pen) ?? pen;
}

/** One member of each room sends so many messages, with several in flight. */
async function fill(desk: Desk, command: CommandOf<'fill'>): Promise<Traffic> {
  const { ledger, window } = desk;
  const pens = pensOf(desk, command.rooms, 'first of each room');
  const counts = ledger.begin({
    onDone: (pen, since, now) => {
      window.noteDone(since, now);
      if (pen.sent < command.messages) ledger.send(pen, now);
    },
  });
  window.start();
  for (const pen of pens) {
    const first = Math.min(command.inFlight, command.messages);
    for (let index = 0; index < first; index += 1) ledger.send(pen, performance.now());
  }
  const all = pens.length * command.messages;
  // Goes on as long as messages arrive. How long this takes does not matter here.
  for (let before = -1; window.messages() < all && window.messages() !== before; ) {
    const known = window.messages();
    before = known;
    await until(() => window.messages() > known);
  }
  return finish(desk, counts, true);
}

/** Messages are sent at a rate by everybody, and none waits for another one. */
async function paced(desk: Desk, command: CommandOf<'paced'>): Promise<Traffic> {
  const { ledger, window } = desk;
  const { rate, warmUpMs, durationMs, seed } = command;
  const pens = pensOf(desk, EVERY_ROOM, 'all');
  const random = randomFrom(seed);
  const gap = (): number => (-Math.log(1 - random()) * 1_000) / rate;
  let isOver = false;
  const counts = ledger.begin({
    onDone: (_, since, now) => {
      if (!isOver) window.noteDone(since, now);
    },
  });
  window.start();
  let isWarm = false;
  const start = performance.now();
  let due = start + gap();
  for (let now = start; now < start + warmUpMs + durationMs; now = performance.now()) {
    if (!isWarm && now >= start + warmUpMs) {
      isWarm = true;
      window.start();
    }
    for (; due <= now; due += gap()) {
      const pen = pens[Math.floor(random() * pens.length)];
      if (pen !== undefined) ledger.send(pen, due);
      window.noteLateness(due, performance.now() - due);
    }
    await delay(PACE_MS);
  }
  isOver = true;
  return finish(desk, counts, true);
}

/** One member of each room sends a message. Each message waits for the acknowledgement of the one before. */
async function oneByOne(desk: Desk, rooms: RoomRange): Promise<Traffic> {
  const { ledger, window } = desk;
  const pens = pensOf(desk, rooms, 'first of each room', true);
  let next = (): void => {};
  const counts = ledger.begin({
    onAcknowledged: (_, since, now) => {
      window.noteDone(since, now);
      next();
    },
  });
  window.start();
  for (const pen of pens) {
    await new Promise<void>((resolve) => {
      next = resolve;
      ledger.send(pen, performance.now());
    });
  }
  // Nobody has joined, so nothing but the acknowledgement arrives.
  return finish(desk, counts, false);
}

/** Waits until the condition is true, or has stayed false for a quarter of a minute. */
async function until(isSo: () => boolean): Promise<void> {
  const limit = performance.now() + DRAIN_LIMIT_MS;
  while (!isSo() && performance.now() < limit) await delay(DRAIN_POLL_MS);
}

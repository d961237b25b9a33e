import { setTimeout as delay } from 'node:timers/promises';
import type { Command, GeneratorSettings, Measured, RoomRange, Traffic } from './commands.js';
import type { Crowd } from './crowd.js';
import { createLatencies } from './latencies.js';
import { type Counts, createLedger, type Pen } from './ledger.js';
import { startMeter } from './meter.js';

/** How long it is waited for what is still on its way at the end. */
const DRAIN_LIMIT_MS = 15_000;
const DRAIN_POLL_MS = 2;
/** Between two looks at what is due. */
const PACE_MS = 1;
const EVERY_ROOM: RoomRange = [0, Number.POSITIVE_INFINITY];

type CommandOf<Type extends Command['type']> = Extract<Command, { readonly type: Type }>;
type Meter = () => Measured;

/** The ways to send messages; each measures, and waits at the end until everything has arrived. */
export interface TrafficRunner {
  closed(command: CommandOf<'closed'>): Promise<Traffic>;
  fill(command: CommandOf<'fill'>): Promise<Traffic>;
  paced(command: CommandOf<'paced'>): Promise<Traffic>;
  oneByOne(rooms: RoomRange): Promise<Traffic>;
}

export function createTraffic(crowd: Crowd, settings: GeneratorSettings): TrafficRunner {
  const ledger = createLedger(crowd, settings);
  const latencies = createLatencies();
  const lateness = createLatencies();
  let messages = 0;

  function pensOf(rooms: RoomRange, senders: 'all' | 'first of each room', acknowledged = false): Pen[] {
    const [from, to] = rooms;
    const inside = crowd.participants.filter(({ room }) => room >= from && room < to);
    const chosen =
      senders === 'all' ? inside : inside.filter(({ room }, index) => inside[index - 1]?.room !== room);
    return chosen.map((who) => ledger.penOf(who, acknowledged));
  }

  /** What was measured so far counts no more. */
  function startWindow(): Meter {
    messages = 0;
    latencies.clear();
    lateness.clear();
    return startMeter(settings);
  }

  function noteDone(since: number | null, now: number): void {
    if (since === null) return;
    messages += 1;
    latencies.add(now - since);
  }

  /** What the window has seen, with the counts of the whole run at its end. */
  async function finish(meter: Meter, counts: Counts, drain: boolean): Promise<Traffic> {
    const measured = meter();
    const window = { messages, latency: latencies.summary(), lateness: lateness.summary() };
    if (drain) await until(() => counts.delivered >= counts.expected && counts.inFlight <= 0);
    return { ...measured, ...counts, ...window, lost: crowd.lost() };
  }

  async function closed({ rooms, senders, acknowledged, amount }: CommandOf<'closed'>): Promise<Traffic> {
    const pens = pensOf(rooms, senders, acknowledged);
    const limit = 'perSender' in amount ? amount.perSender : Number.POSITIVE_INFINITY;
    let isOver = false;
    const counts = ledger.begin({
      onDone: (pen, since, now) => {
        if (isOver) return;
        noteDone(since, now);
        if (pen.sent < limit) ledger.send(pen, now);
      },
    });
    let meter = startWindow();
    for (const pen of pens) ledger.send(pen, performance.now());
    if ('perSender' in amount) {
      await until(() => messages + counts.refused >= pens.length * limit);
    } else {
      await delay(amount.warmUpMs);
      meter = startWindow();
      await delay(amount.durationMs);
    }
    isOver = true;
    return finish(meter, counts, true);
  }

  async function fill(command: CommandOf<'fill'>): Promise<Traffic> {
    const pens = pensOf(command.rooms, 'first of each room');
    const counts = ledger.begin({
      onDone: (pen, since, now) => {
        noteDone(since, now);
        if (pen.sent < command.messages) ledger.send(pen, now);
      },
    });
    const meter = startWindow();
    for (const pen of pens) {
      const first = Math.min(command.inFlight, command.messages);
      for (let index = 0; index < first; index += 1) ledger.send(pen, performance.now());
    }
    // As long as something moves: how long it takes is no matter here.
    for (let before = -1; messages < pens.length * command.messages && messages !== before; ) {
      const known = messages;
      before = known;
      await until(() => messages > known);
    }
    return finish(meter, counts, true);
  }

  async function paced({ rate, warmUpMs, durationMs, seed }: CommandOf<'paced'>): Promise<Traffic> {
    const pens = pensOf(EVERY_ROOM, 'all');
    const random = randomFrom(seed);
    const gap = (): number => (-Math.log(1 - random()) * 1_000) / rate;
    let isOver = false;
    const counts = ledger.begin({
      onDone: (_, since, now) => {
        if (!isOver) noteDone(since, now);
      },
    });
    let meter = startWindow();
    let isWarm = false;
    const start = performance.now();
    let due = start + gap();
    for (let now = start; now < start + warmUpMs + durationMs; now = performance.now()) {
      if (!isWarm && now >= start + warmUpMs) {
        isWarm = true;
        meter = startWindow();
      }
      for (; due <= now; due += gap()) {
        const pen = pens[Math.floor(random() * pens.length)];
        if (pen !== undefined) ledger.send(pen, due);
        lateness.add(performance.now() - due);
      }
      await delay(PACE_MS);
    }
    isOver = true;
    return finish(meter, counts, true);
  }

  async function oneByOne(rooms: RoomRange): Promise<Traffic> {
    const pens = pensOf(rooms, 'first of each room', true);
    let next = (): void => {};
    const counts = ledger.begin({
      onAcknowledged: (_, since, now) => {
        noteDone(since, now);
        next();
      },
    });
    const meter = startWindow();
    for (const pen of pens) {
      await new Promise<void>((resolve) => {
        next = resolve;
        ledger.send(pen, performance.now());
      });
    }
    // Nobody has joined, so nobody is told: the acknowledgement is all there is.
    return finish(meter, counts, false);
  }

  return { closed, fill, paced, oneByOne };
}

/** Until it is so, or has not become so for a quarter of a minute. */
async function until(isSo: () => boolean): Promise<void> {
  const limit = performance.now() + DRAIN_LIMIT_MS;
  while (!isSo() && performance.now() < limit) await delay(DRAIN_POLL_MS);
}

/** mulberry32: the same numbers from 0 to 1 for the same seed, in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

import type { Command, GeneratorSettings, RoomRange, Traffic } from './commands.js';
import type { Crowd, Participant } from './crowd.js';
import { textFrame } from './frames.js';
import { createLatencies } from './latencies.js';
import { blankId, numberOffset, readNumber, writeNumber } from './message-ids.js';
import { startMeter } from './meter.js';

/** What a message says: as much as people write at a time. */
const CONTENT = 'Since yesterday evening the pain is a little better, but I could not sleep before three.';
/** Messages in flight at the most, a power of two: what is known of one is forgotten when its place is needed again. */
const PLACES = 1 << 20;
const PLACE = PLACES - 1;
/** How long it is waited for what is still on its way at the end. */
const DRAIN_LIMIT_MS = 15_000;
const DRAIN_POLL_MS = 2;
/** Between two looks at what is due. */
const PACE_MS = 1;
const [EVENT, ACKNOWLEDGEMENT] = [0x32, 0x33];
const [N, E, LETTER_T, BRACKET] = [0x6e, 0x65, 0x74, 0x5b];
/** `[{"ok":` before `true` or `false`. */
const OK_OFFSET = 7;
const ACK_DIGITS = 9;

/** What a participant sends with. */
interface Pen {
  readonly who: Participant;
  readonly frame: Buffer;
  readonly idOffset: number;
  /** -1: without an acknowledgement. */
  readonly ackOffset: number;
  sent: number;
}

/** `startedAt` in ms; null for one that was refused. */
type Done = (pen: Pen, startedAt: number | null, now: number) => void;

/** Sends messages and sees to it that each arrives once at everybody who should have it. */
export interface TrafficRunner {
  closed(command: Extract<Command, { type: 'closed' }>): Promise<Traffic>;
  fill(command: Extract<Command, { type: 'fill' }>): Promise<Traffic>;
  paced(command: Extract<Command, { type: 'paced' }>): Promise<Traffic>;
  oneByOne(rooms: RoomRange): Promise<Traffic>;
}

export function createTraffic(crowd: Crowd, settings: GeneratorSettings): TrafficRunner {
  /** Of each message in flight: who sent it, when, and how many still have to get it. */
  const writers: (Pen | undefined)[] = new Array(PLACES);
  const startedAt = new Float64Array(PLACES);
  const missing = new Int32Array(PLACES);
  const latencies = createLatencies();
  const lateness = createLatencies();
  let number = 0;
  let count = freshCounts();
  let onDone: Done = () => {};
  let onAcknowledged: Done = () => {};

  function freshCounts() {
    return { messages: 0, sent: 0, delivered: 0, expected: 0, acknowledged: 0, refused: 0, unexpected: 0 };
  }
  let refusal: string | null = null;
  let inFlight = 0;

  function send(pen: Pen, since: number): void {
    const place = number & PLACE;
    const others = crowd.sizeOf(pen.who.room) - 1;
    writers[place] = pen;
    startedAt[place] = since;
    missing[place] = others;
    writeNumber(pen.frame, pen.idOffset, number);
    if (pen.ackOffset !== -1) writeNumber(pen.frame, pen.ackOffset, number);
    number += 1;
    pen.sent += 1;
    count.sent += 1;
    count.expected += others + 1;
    inFlight += 1;
    // A copy: what the system has not taken yet must not change.
    pen.who.connection.send(Buffer.from(pen.frame));
  }

  function settled(pen: Pen, since: number | null): void {
    inFlight -= 1;
    onDone(pen, since, performance.now());
  }

  function onMessage(receiver: Participant, bytes: Buffer, start: number, end: number): void {
    const place = readNumber(bytes, start, end) & PLACE;
    const pen = writers[place];
    count.delivered += 1;
    if (pen === undefined || pen.who.room !== receiver.room) {
      count.unexpected += 1;
      return;
    }
    if (pen.who === receiver) return;
    const left = (missing[place] ?? 0) - 1;
    missing[place] = left;
    if (left === 0) settled(pen, startedAt[place] ?? 0);
    else if (left < 0) count.unexpected += 1;
  }

  function onRefused(bytes: Buffer, start: number, end: number): void {
    count.refused += 1;
    refusal ??= bytes.toString('utf8', start, end);
    const place = readNumber(bytes, start, end) & PLACE;
    const pen = writers[place];
    if (pen === undefined || (missing[place] ?? 0) <= 0) return;
    count.expected -= crowd.sizeOf(pen.who.room);
    missing[place] = 0;
    settled(pen, null);
  }

  function onAnswer(bytes: Buffer, start: number, end: number): void {
    count.acknowledged += 1;
    let at = start + 2;
    let id = 0;
    for (; at < end && bytes[at] !== BRACKET; at += 1) id = id * 10 + (bytes[at] ?? 0) - 0x30;
    if (bytes[at + OK_OFFSET] !== LETTER_T) onRefused(bytes, start, end);
    const place = id & PLACE;
    const pen = writers[place];
    if (pen !== undefined) onAcknowledged(pen, startedAt[place] ?? 0, performance.now());
  }

  function listenTo(receiver: Participant): void {
    receiver.connection.listen((bytes, start, end) => {
      const kind = bytes[start + 1];
      if (kind === ACKNOWLEDGEMENT) onAnswer(bytes, start, end);
      else if (kind !== EVENT) return;
      else if (bytes[start + 4] === N) onMessage(receiver, bytes, start, end);
      else if (bytes[start + 4] === E) onRefused(bytes, start, end);
    });
  }

  function penOf(who: Participant, acknowledged: boolean): Pen {
    const { consultationId, sender } = who;
    const id = blankId(settings.epoch);
    const payload = { consultationId, sender, content: CONTENT, clientMessageId: id };
    const head = acknowledged ? `42${'0'.repeat(ACK_DIGITS)}` : '42';
    const frame = textFrame(`${head}${JSON.stringify(['send_message', payload])}`);
    const ackOffset = acknowledged ? frame.indexOf(head) + 2 : -1;
    return { who, frame, idOffset: numberOffset(frame), ackOffset, sent: 0 };
  }

  function pensOf(rooms: RoomRange, senders: 'all' | 'first of each room', acknowledged: boolean): Pen[] {
    const [from, to] = rooms;
    const inside = crowd.participants.filter(({ room }) => room >= from && room < to);
    const chosen =
      senders === 'all' ? inside : inside.filter(({ room }, index) => inside[index - 1]?.room !== room);
    return chosen.map((who) => penOf(who, acknowledged));
  }

  function begin(): void {
    count = freshCounts();
    refusal = null;
    inFlight = 0;
    writers.fill(undefined);
    latencies.clear();
    lateness.clear();
    onAcknowledged = () => {};
    for (const participant of crowd.participants) listenTo(participant);
  }

  /** What was measured so far counts no more. */
  function startWindow(): () => ReturnType<ReturnType<typeof startMeter>> {
    count.messages = 0;
    latencies.clear();
    lateness.clear();
    return startMeter(settings);
  }

  async function drain(isOver: () => boolean): Promise<void> {
    const limit = performance.now() + DRAIN_LIMIT_MS;
    while (!isOver() && performance.now() < limit) await after(DRAIN_POLL_MS);
  }

  async function finish(meter: () => ReturnType<ReturnType<typeof startMeter>>): Promise<Traffic> {
    const measured = meter();
    const messages = count.messages;
    const summary = { latency: latencies.summary(), lateness: lateness.summary() };
    onDone = () => {};
    await drain(() => count.delivered >= count.expected && inFlight <= 0);
    return { ...measured, ...summary, ...count, messages, refusal, lost: crowd.lost() };
  }

  function noteDone(startedAtMs: number | null, now: number): void {
    if (startedAtMs === null) return;
    count.messages += 1;
    latencies.add(now - startedAtMs);
  }

  return {
    closed: async ({ rooms, senders, acknowledged, amount }) => {
      begin();
      const pens = pensOf(rooms, senders, acknowledged);
      const limit = 'perSender' in amount ? amount.perSender : Number.POSITIVE_INFINITY;
      onDone = (pen, since, now) => {
        noteDone(since, now);
        if (pen.sent < limit) send(pen, now);
      };
      const meter = startMeter(settings);
      for (const pen of pens) send(pen, performance.now());
      if ('perSender' in amount) {
        const all = pens.length * amount.perSender;
        await drain(() => count.messages + count.refused >= all);
        return finish(meter);
      }
      await after(amount.warmUpMs);
      const window = startWindow();
      await after(amount.durationMs);
      return finish(window);
    },
    fill: async ({ rooms, messages, inFlight: most }) => {
      begin();
      const pens = pensOf(rooms, 'first of each room', false);
      onDone = (pen, since, now) => {
        noteDone(since, now);
        if (pen.sent < messages) send(pen, now);
      };
      const meter = startMeter(settings);
      for (const pen of pens) {
        for (let index = 0; index < Math.min(most, messages); index += 1) send(pen, performance.now());
      }
      let before = -1;
      // As long as something moves: how long it takes is no matter here.
      while (count.messages < pens.length * messages && count.messages !== before) {
        before = count.messages;
        const target = before;
        await drain(() => count.messages > target);
      }
      return finish(meter);
    },
    paced: async ({ rate, warmUpMs, durationMs, seed }) => {
      begin();
      const pens = pensOf([0, Number.POSITIVE_INFINITY], 'all', false);
      const random = randomFrom(seed);
      const gap = (): number => (-Math.log(1 - random()) * 1_000) / rate;
      onDone = (_, since, now) => noteDone(since, now);
      let meter = startMeter(settings);
      const start = performance.now();
      const end = start + warmUpMs + durationMs;
      let due = start + gap();
      let isWarm = false;
      for (let now = start; now < end; now = performance.now()) {
        if (!isWarm && now >= start + warmUpMs) {
          isWarm = true;
          meter = startWindow();
        }
        while (due <= now) {
          const pen = pens[Math.floor(random() * pens.length)];
          if (pen !== undefined) send(pen, due);
          lateness.add(performance.now() - due);
          due += gap();
        }
        await after(PACE_MS);
      }
      return finish(meter);
    },
    oneByOne: async (rooms) => {
      begin();
      const pens = pensOf(rooms, 'first of each room', true);
      const meter = startMeter(settings);
      for (const pen of pens) {
        await new Promise<void>((resolve) => {
          onAcknowledged = (_, since, now) => {
            noteDone(since, now);
            resolve();
          };
          send(pen, performance.now());
        });
      }
      const measured = meter();
      const summary = { latency: latencies.summary(), lateness: lateness.summary() };
      // Nobody has joined, so nobody is told: the acknowledgement is all there is.
      return { ...measured, ...summary, ...count, expected: 0, refusal, lost: crowd.lost() };
    },
  };
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
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

import type { GeneratorSettings } from './commands.js';
import type { Crowd, Participant } from './crowd.js';
import { readNumber } from './message-ids.js';
import { isOk, kindOf, numberOfAnswer } from './packets.js';
import { createPen, type Pen, write } from './pen.js';

/**
 * How many messages may be in flight, a power of two. What is known of a message is overwritten when its place is
 * needed again.
 */
const PLACES = 1 << 20;
const PLACE = PLACES - 1;
export interface Counts {
  sent: number;
  delivered: number;
  expected: number;
  acknowledged: number;
  refused: number;
  unexpected: number;
  /** How many messages have not reached everybody yet. */
  inFlight: number;
  /** The first refusal, as it came. */
  refusal: string | null;
}

export interface LedgerListener {
  /**
   * Called when everybody else has the message, or it was refused; `since` is null then. Times are in ms, as given to
   * `send`.
   */
  onDone(pen: Pen, since: number | null, now: number): void;
  onAcknowledged(pen: Pen, since: number, now: number): void;
}

/** Sends messages, and checks that each arrives once at everybody who should have it. */
export interface Ledger {
  penOf(who: Participant, acknowledged: boolean): Pen;
  /** Begins to count from zero, and reports to this listener from now on. */
  begin(listener: Partial<LedgerListener>): Counts;
  send(pen: Pen, since: number): void;
}

export function createLedger(crowd: Crowd, settings: GeneratorSettings): Ledger {
  /** For each message in flight: who sent it, when, and how many members have yet to receive it. */
  const writers: (Pen | undefined)[] = new Array(PLACES);
  const startedAt = new Float64Array(PLACES);
  const missing = new Int32Array(PLACES);
  let number = 0;
  let count = freshCounts();
  let listener: LedgerListener = DEAF;

  function settle(pen: Pen, since: number | null): void {
    count.inFlight -= 1;
    listener.onDone(pen, since, performance.now());
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
    if (left === 0) settle(pen, startedAt[place] ?? 0);
    else if (left < 0) count.unexpected += 1;
  }

  function onRefused(bytes: Buffer, start: number, end: number): void {
    count.refused += 1;
    count.refusal ??= bytes.toString('utf8', start, end);
    const place = readNumber(bytes, start, end) & PLACE;
    const pen = writers[place];
    if (pen === undefined || (missing[place] ?? 0) <= 0) return;
    count.expected -= crowd.sizeOf(pen.who.room);
    missing[place] = 0;
    settle(pen, null);
  }

  function onAnswer(bytes: Buffer, start: number, end: number): void {
    count.acknowledged += 1;
    const id = numberOfAnswer(bytes, start, end);
    if (!isOk(bytes, start, end)) onRefused(bytes, start, end);
    const pen = writers[id & PLACE];
    if (pen !== undefined) listener.onAcknowledged(pen, startedAt[id & PLACE] ?? 0, performance.now());
  }

  function hear(receiver: Participant, bytes: Buffer, start: number, end: number): void {
    const kind = kindOf(bytes, start);
    if (kind === 'answer') onAnswer(bytes, start, end);
    else if (kind === 'message') onMessage(receiver, bytes, start, end);
    else if (kind === 'error') onRefused(bytes, start, end);
  }

  return {
    penOf: (who, acknowledged) => createPen(who, settings.epoch, acknowledged),
    begin: (next) => {
      count = freshCounts();
      writers.fill(undefined);
      listener = { ...DEAF, ...next };
      for (const receiver of crowd.participants) {
        receiver.connection.listen((bytes, start, end) => hear(receiver, bytes, start, end));
      }
      return count;
    },
    send: (pen, since) => {
      const place = number & PLACE;
      const others = crowd.sizeOf(pen.who.room) - 1;
      writers[place] = pen;
      startedAt[place] = since;
      missing[place] = others;
      count.sent += 1;
      count.expected += others + 1;
      count.inFlight += 1;
      write(pen, number);
      number += 1;
    },
  };
}

const DEAF: LedgerListener = { onDone: () => {}, onAcknowledged: () => {} };

function freshCounts(): Counts {
  return {
    sent: 0,
    delivered: 0,
    expected: 0,
    acknowledged: 0,
    refused: 0,
    unexpected: 0,
    inFlight: 0,
    refusal: null,
  };
}

import type { GeneratorSettings } from './commands.js';
import type { Crowd, Participant } from './crowd.js';
import { textFrame } from './frames.js';
import { blankId, numberOffset, readNumber, writeNumber } from './message-ids.js';

/** What a message says: as much as people write at a time. */
const CONTENT = 'Since yesterday evening the pain is a little better, but I could not sleep before three.';
/** Messages in flight at the most, a power of two: what is known of one is forgotten when its place is needed again. */
const PLACES = 1 << 20;
const PLACE = PLACES - 1;
const ACK_DIGITS = 9;
/** Socket.IO's packets by their second character, ours by the first letter of the event. */
const [EVENT, ACKNOWLEDGEMENT] = [0x32, 0x33];
const [NEW_MESSAGE, ERROR, TRUE, BRACKET, ZERO] = [0x6e, 0x65, 0x74, 0x5b, 0x30];
/** From the bracket of `[{"ok":` to `true` or `false`. */
const OK_OFFSET = 7;

/** What a participant sends with. */
export interface Pen {
  readonly who: Participant;
  readonly frame: Buffer;
  readonly idOffset: number;
  /** -1: without an acknowledgement. */
  readonly ackOffset: number;
  sent: number;
}

export interface Counts {
  sent: number;
  delivered: number;
  expected: number;
  acknowledged: number;
  refused: number;
  unexpected: number;
  /** Not yet with everybody who should have it. */
  inFlight: number;
  /** The first one as it came. */
  refusal: string | null;
}

export interface LedgerListener {
  /** Everybody else has it, or it was refused: `since` is null then. In ms, as given to `send`. */
  onDone(pen: Pen, since: number | null, now: number): void;
  onAcknowledged(pen: Pen, since: number, now: number): void;
}

/** Sends messages and sees to it that each arrives once at everybody who should have it. */
export interface Ledger {
  penOf(who: Participant, acknowledged: boolean): Pen;
  /** Counts anew, and hears everybody from now on. */
  begin(listener: Partial<LedgerListener>): Counts;
  send(pen: Pen, since: number): void;
}

export function createLedger(crowd: Crowd, settings: GeneratorSettings): Ledger {
  /** Of each message in flight: who sent it, when, and how many still have to get it. */
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
    let at = start + 2;
    let id = 0;
    for (; at < end && bytes[at] !== BRACKET; at += 1) id = id * 10 + (bytes[at] ?? 0) - ZERO;
    if (bytes[at + OK_OFFSET] !== TRUE) onRefused(bytes, start, end);
    const pen = writers[id & PLACE];
    if (pen !== undefined) listener.onAcknowledged(pen, startedAt[id & PLACE] ?? 0, performance.now());
  }

  function hear(receiver: Participant, bytes: Buffer, start: number, end: number): void {
    const kind = bytes[start + 1];
    if (kind === ACKNOWLEDGEMENT) onAnswer(bytes, start, end);
    else if (kind !== EVENT) return;
    else if (bytes[start + 4] === NEW_MESSAGE) onMessage(receiver, bytes, start, end);
    else if (bytes[start + 4] === ERROR) onRefused(bytes, start, end);
  }

  return {
    penOf: (who, acknowledged) => {
      const { consultationId, sender } = who;
      const id = blankId(settings.epoch);
      const payload = { consultationId, sender, content: CONTENT, clientMessageId: id };
      const head = acknowledged ? `42${'0'.repeat(ACK_DIGITS)}` : '42';
      const frame = textFrame(`${head}${JSON.stringify(['send_message', payload])}`);
      const ackOffset = acknowledged ? frame.indexOf(head) + 2 : -1;
      return { who, frame, idOffset: numberOffset(frame), ackOffset, sent: 0 };
    },
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
      writeNumber(pen.frame, pen.idOffset, number);
      if (pen.ackOffset !== -1) writeNumber(pen.frame, pen.ackOffset, number);
      number += 1;
      pen.sent += 1;
      count.sent += 1;
      count.expected += others + 1;
      count.inFlight += 1;
      // A copy: what the system has not taken yet must not change.
      pen.who.connection.send(Buffer.from(pen.frame));
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

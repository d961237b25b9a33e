import type { Participant } from './crowd.js';
import { textFrame } from './frames.js';
import { blankId, numberOffset, writeNumber } from './message-ids.js';

/** The content of every message, as long as people's messages usually are. */
const CONTENT = 'Since yesterday evening the pain is a little better, but I could not sleep before three.';
const ACK_DIGITS = 9;

/** What a participant sends with: a frame that is made once, and gets another number for each message. */
export interface Pen {
  readonly who: Participant;
  readonly frame: Buffer;
  readonly idOffset: number;
  /** -1 if no acknowledgement is asked for. */
  readonly ackOffset: number;
  sent: number;
}

export function createPen(who: Participant, epoch: number, acknowledged: boolean): Pen {
  const { consultationId, sender } = who;
  const id = blankId(epoch);
  const payload = { consultationId, sender, content: CONTENT, clientMessageId: id };
  const head = acknowledged ? `42${'0'.repeat(ACK_DIGITS)}` : '42';
  const frame = textFrame(`${head}${JSON.stringify(['send_message', payload])}`);
  const ackOffset = acknowledged ? frame.indexOf(head) + 2 : -1;
  return { who, frame, idOffset: numberOffset(frame), ackOffset, sent: 0 };
}

/** Sends the message with this number. */
export function write(pen: Pen, number: number): void {
  writeNumber(pen.frame, pen.idOffset, number);
  if (pen.ackOffset !== -1) writeNumber(pen.frame, pen.ackOffset, number);
  pen.sent += 1;
  // The frame is copied, because the operating system may not have taken it before the next message changes it.
  pen.who.connection.send(Buffer.from(pen.frame));
}

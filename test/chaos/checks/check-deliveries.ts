import {
  type Applied,
  type Delivery,
  type Device,
  type FinalLog,
  type History,
  isSameMessage,
  type SeenMessage,
} from '../history.js';
import type { Attempts } from './attempts.js';
import { groupBy } from './group-by.js';
import type { Report } from './violation.js';

/** What reached the devices, against what was sent and what is stored. */
export function checkDeliveries(history: History, attempts: Attempts, log: FinalLog, report: Report): void {
  const rows = new Map(log.rows.map((row) => [place(row), row]));
  for (const delivery of history.deliveries) checkSeen(delivery, attempts, rows, report);
  for (const applied of history.applied) checkSeen(applied, attempts, rows, report);
  checkLiveOrder(history, report);
  checkApplied(history, log, report);
}

function place({ consultationId, seq }: SeenMessage): string {
  return `${consultationId}#${seq}`;
}

function checkSeen(
  { device, at, message }: Applied | Delivery,
  attempts: Attempts,
  rows: ReadonlyMap<string, SeenMessage>,
  report: Report,
): void {
  const where = `${place(message)} on ${device}`;
  const intended = attempts.of(message);
  if (intended === undefined || intended.firstInvokedAt > at) {
    report('b', 'phantom', `${where} had not been sent by anybody`);
    return;
  }
  const row = rows.get(place(message));
  if (row === undefined) {
    report('a', 'lost', `${where} was delivered and is not stored`);
    return;
  }
  if (isSameMessage(row, message)) return;
  const sameMessage = row.messageId === message.messageId;
  report(
    sameMessage ? 'f' : 'd',
    sameMessage ? 'corrupted' : 'disagreement',
    `${where} differs from what is stored`,
  );
}

/** One connection keeps its order, so what is told live on it rises; a second telling would stand out, too. */
function checkLiveOrder({ deliveries }: History, report: Report): void {
  const last = new Map<string, number>();
  for (const { device, connection, via, message } of deliveries) {
    if (via !== 'live') continue;
    const stream = `${device}/${connection}/${message.consultationId}`;
    const before = last.get(stream) ?? 0;
    if (message.seq === before) report('d', 'duplicate', `#${before} was told twice live on ${stream}`);
    if (message.seq < before)
      report('d', 'reordered', `#${message.seq} came live after #${before} on ${stream}`);
    last.set(stream, Math.max(before, message.seq));
  }
}

/** What people see on their devices, and that a device which stayed has all of it. */
function checkApplied({ devices, applied }: History, log: FinalLog, report: Report): void {
  const byDevice = groupBy(applied, ({ device }) => device);
  const heads = new Map<string, number>();
  for (const { consultationId, seq } of log.rows) heads.set(consultationId, seq);
  for (const device of devices) {
    const last = checkShown(device, byDevice.get(device.id) ?? [], report);
    const head = heads.get(device.consultationId) ?? 0;
    if (device.stayed && last < head) {
      report('h', 'not-converged', `${device.id} stayed and ends at #${last} of ${head}`);
    }
  }
}

/** One after the other, from the start. @returns the last `seq`. */
function checkShown(
  { id, consultationId, startsAfter }: Device,
  shown: readonly Applied[],
  report: Report,
): number {
  let last = startsAfter;
  for (const { message } of shown) {
    const { seq } = message;
    if (message.consultationId !== consultationId) {
      report('b', 'phantom', `${id} shows a message of ${message.consultationId}`);
    } else if (seq === last) report('d', 'duplicate', `${id} shows #${seq} twice`);
    else if (seq < last) report('d', 'reordered', `${id} shows #${seq} after #${last}`);
    else if (seq > last + 1) report('a', 'lost', `${id} shows #${seq} right after #${last}`);
    last = Math.max(last, seq);
  }
  return last;
}

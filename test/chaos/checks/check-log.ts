import { type FinalLog, isSameMessage, type SeenMessage } from '../history.js';
import { byConsultation } from './attempts.js';
import type { Report } from './violation.js';

/** The final log by itself: dense, every id once, and the same whoever reads it. */
export function checkLog(log: FinalLog, report: Report): void {
  for (const [consultationId, rows] of byConsultation(log)) {
    rows.forEach(({ seq }, index) => {
      if (seq !== index + 1) report('d', 'seq-gap', `${consultationId}: ${seq} stands at place ${index + 1}`);
    });
  }
  checkUnique(log.rows, report);
  log.served.forEach((served, index) => {
    checkAgreement(`get_messages of process ${index + 1}`, served, log.rows, report);
  });
  checkAgreement('the event log', log.events, log.rows, report);
}

function checkUnique(rows: readonly SeenMessage[], report: Report): void {
  const seen = new Map<string, SeenMessage>();
  for (const row of rows) {
    const { consultationId, sender, clientMessageId, messageId, seq } = row;
    const ids = [`message id ${messageId}`];
    if (clientMessageId !== null) ids.push(`client id ${consultationId}/${sender}/${clientMessageId}`);
    for (const id of ids) {
      const other = seen.get(id);
      if (other !== undefined) report('c', 'stored-twice', `${id} has the seqs ${other.seq} and ${seq}`);
      seen.set(id, row);
    }
  }
}

function checkAgreement(
  reader: string,
  found: readonly SeenMessage[],
  rows: readonly SeenMessage[],
  report: Report,
): void {
  const place = ({ consultationId, seq }: SeenMessage): string => `${consultationId}#${seq}`;
  const others = new Map(found.map((message) => [place(message), message]));
  if (others.size !== found.length) report('d', 'readers-disagree', `${reader} tells a place twice`);
  for (const row of rows) {
    const other = others.get(place(row));
    if (other === undefined) report('d', 'readers-disagree', `${reader} lacks ${place(row)}`);
    else if (!isSameMessage(row, other))
      report('d', 'readers-disagree', `${reader} differs at ${place(row)}`);
    others.delete(place(row));
  }
  for (const extra of others.keys()) report('d', 'readers-disagree', `only ${reader} has ${extra}`);
}

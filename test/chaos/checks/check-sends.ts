import type { FinalLog, SeenMessage, Send } from '../history.js';
import type { Attempts, Intended } from './attempts.js';
import { groupBy } from './group-by.js';
import type { Report } from './violation.js';

/** What senders were told, against what is stored. */
export function checkSends(attempts: Attempts, log: FinalLog, report: Report): void {
  const stored = storedByIntention(attempts, log, report);
  for (const intended of attempts.intended) checkIntended(intended, stored.get(intended), report);
  checkRealTimeOrder(stored, report);
}

function storedByIntention(
  attempts: Attempts,
  { rows }: FinalLog,
  report: Report,
): ReadonlyMap<Intended, SeenMessage> {
  const stored = new Map<Intended, SeenMessage>();
  for (const row of rows) {
    const where = `${row.consultationId}#${row.seq}`;
    const intended = attempts.of(row);
    if (intended === undefined) {
      report('b', 'phantom', `${where} was never sent`);
      continue;
    }
    if (stored.has(intended)) report('c', 'stored-twice', `${intended.name} is stored again at ${where}`);
    stored.set(intended, row);
    if (!intended.attempts.some(({ content }) => content === row.content)) {
      report('f', 'corrupted', `${where} differs from what ${intended.name} said`);
    }
  }
  return stored;
}

function checkIntended(intended: Intended, row: SeenMessage | undefined, report: Report): void {
  const { name, attempts } = intended;
  let firstAnswers = 0;
  for (const attempt of attempts) {
    const { outcome } = attempt;
    if (outcome.type === 'ok') {
      if (outcome.duplicate === false) firstAnswers += 1;
      checkAcknowledgement(name, attempt, outcome, row, report);
    } else if (outcome.type === 'refused' && outcome.code === 'message.id_conflict') {
      checkConflict(name, attempt, row, report);
    }
  }
  if (firstAnswers > 1) report('c', 'stored-twice', `${name} was acknowledged ${firstAnswers} times as new`);
  const allRefused = attempts.every(({ outcome }) => outcome.type === 'refused');
  if (allRefused && row !== undefined) {
    report('b', 'refused-appears', `${name} was only ever refused, and is ${row.consultationId}#${row.seq}`);
  }
}

function checkAcknowledgement(
  name: string,
  attempt: Send,
  acknowledged: Extract<Send['outcome'], { type: 'ok' }>,
  row: SeenMessage | undefined,
  report: Report,
): void {
  if (row === undefined) {
    report('a', 'lost', `${name} was acknowledged as #${acknowledged.seq} and is not stored`);
    return;
  }
  if (acknowledged.seq !== row.seq || acknowledged.messageId !== row.messageId) {
    report(
      'c',
      'two-answers',
      `${name} was acknowledged as #${acknowledged.seq} and is stored as #${row.seq}`,
    );
  }
  if (acknowledged.sentAt !== row.sentAt) report('c', 'two-answers', `${name} has two times of sending`);
  if (attempt.content !== row.content) {
    report('f', 'corrupted', `${name} was acknowledged with another content than is stored`);
  }
}

/** A conflict is right where something else is stored under the id, and wrong about the very same content. */
function checkConflict(name: string, attempt: Send, row: SeenMessage | undefined, report: Report): void {
  if (row === undefined) report('c', 'false-conflict', `${name} conflicts with a message that is not stored`);
  else if (row.content === attempt.content) report('c', 'false-conflict', `${name} conflicts with itself`);
}

/** Who was told that A is stored, and only then anybody sent B, must find A before B. */
function checkRealTimeOrder(stored: ReadonlyMap<Intended, SeenMessage>, report: Report): void {
  for (const pairs of groupBy(stored, ([{ consultationId }]) => consultationId).values()) {
    checkOrderWithin(pairs, report);
  }
}

/** Walks the messages in the order in which they were first sent, with the highest `seq` acknowledged before. */
function checkOrderWithin(pairs: readonly (readonly [Intended, SeenMessage])[], report: Report): void {
  const acknowledged = pairs
    .flatMap(([{ name, acknowledged: answer }]) => (answer === null ? [] : [{ name, ...answer }]))
    .sort((one, other) => one.at - other.at);
  const sent = [...pairs].sort(([one], [other]) => one.firstInvokedAt - other.firstInvokedAt);
  let next = 0;
  let highest = { seq: 0, name: '' };
  for (const [intended, row] of sent) {
    for (let ack = acknowledged[next]; ack !== undefined && ack.at < intended.firstInvokedAt; ) {
      if (ack.seq > highest.seq) highest = ack;
      next += 1;
      ack = acknowledged[next];
    }
    if (row.seq > highest.seq) continue;
    const detail = `${intended.name} is #${row.seq}, sent after ${highest.name} was acknowledged as #${highest.seq}`;
    report('e', 'real-time-order', detail);
  }
}

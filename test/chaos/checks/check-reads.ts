import type { Sender } from '../../../src/protocol/wire.js';
import type { FinalLog, History, Mark, Moment } from '../history.js';
import { groupBy } from './group-by.js';
import type { Report } from './violation.js';

interface Step {
  readonly at: Moment;
  readonly seq: number;
}

/** Read marks: never beyond what the reader's devices had got, never back. */
export function checkReads(history: History, log: FinalLog, report: Report): void {
  const shown = shownToParties(history);
  checkMarks(history.marks, shown, report);
  checkNotices(history, shown, report);
  checkLooks(history, report);
  checkFinalMarks(history.marks, log, report);
}

function partyOf(consultationId: string, sender: Sender): string {
  return `${consultationId}/${sender}`;
}

/** For each party how far any of its devices had got, as steps that rise in time and `seq`. */
function shownToParties({ devices, applied }: History): ReadonlyMap<string, readonly Step[]> {
  const parties = new Map(
    devices.map(({ id, consultationId, sender }) => [id, partyOf(consultationId, sender)]),
  );
  const all = groupBy(applied, ({ device }) => parties.get(device) ?? '');
  return new Map(
    [...all].map(([party, list]) => {
      const steps = list.map(({ at, message }) => ({ at, seq: message.seq }));
      return [party, risingSteps(steps)];
    }),
  );
}

function risingSteps(steps: readonly Step[]): readonly Step[] {
  const rising: Step[] = [];
  for (const step of [...steps].sort((one, other) => one.at - other.at)) {
    if (step.seq > (rising.at(-1)?.seq ?? 0)) rising.push(step);
  }
  return rising;
}

/** How far the steps had risen by then; 0 before the first. */
function heightAt(steps: readonly Step[] | undefined, at: Moment): number {
  if (steps === undefined) return 0;
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return steps[low - 1]?.seq ?? 0;
}

function checkMarks(
  marks: readonly Mark[],
  shown: ReadonlyMap<string, readonly Step[]>,
  report: Report,
): void {
  for (const { consultationId, reader, seq, outcome, settledAt } of marks) {
    if (outcome.type !== 'ok') continue;
    const party = partyOf(consultationId, reader);
    if (outcome.seq < seq) report('g', 'mark-lost', `${party} marked ${seq} and was answered ${outcome.seq}`);
    const delivered = heightAt(shown.get(party), settledAt);
    if (outcome.seq > delivered) {
      report('g', 'mark-beyond', `${party} was answered ${outcome.seq} with ${delivered} delivered`);
    }
  }
}

function checkNotices(
  { readNotices }: History,
  shown: ReadonlyMap<string, readonly Step[]>,
  report: Report,
): void {
  const last = new Map<string, number>();
  for (const { device, connection, consultationId, reader, seq, at } of readNotices) {
    const party = partyOf(consultationId, reader);
    const delivered = heightAt(shown.get(party), at);
    if (seq > delivered)
      report('g', 'mark-beyond', `${device} heard ${seq} of ${party} with ${delivered} delivered`);
    const stream = `${device}/${connection}/${party}`;
    const before = last.get(stream) ?? 0;
    if (seq <= before) report('g', 'mark-back', `${stream} heard ${seq} after ${before}`);
    last.set(stream, Math.max(before, seq));
  }
}

/** What was answered before a look began must be in what the look finds: marks and messages alike. */
function checkLooks({ looks, marks, sends }: History, report: Report): void {
  const marked = stepsBy(marks, ({ consultationId, reader, outcome, settledAt }) =>
    outcome.type === 'ok' ? { of: partyOf(consultationId, reader), at: settledAt, seq: outcome.seq } : null,
  );
  const stored = stepsBy(sends, ({ consultationId, outcome, settledAt }) =>
    outcome.type === 'ok' ? { of: consultationId, at: settledAt, seq: outcome.seq } : null,
  );
  for (const { device, consultationId, invokedAt, outcome } of looks) {
    if (outcome.type !== 'ok') continue;
    const acknowledged = heightAt(stored.get(consultationId), invokedAt);
    if (outcome.headSeq < acknowledged) {
      const detail = `${device} was told head ${outcome.headSeq} of ${consultationId} after #${acknowledged} was acknowledged`;
      report('e', 'stale-head', detail);
    }
    if (outcome.readSeq === null) continue;
    for (const reader of ['user', 'doctor'] as const) {
      const before = heightAt(marked.get(partyOf(consultationId, reader)), invokedAt);
      const found = outcome.readSeq[reader];
      if (found < before) {
        report(
          'g',
          'mark-back',
          `${device} found ${found} of ${partyOf(consultationId, reader)} after ${before}`,
        );
      }
    }
  }
}

function stepsBy<Item>(
  items: readonly Item[],
  stepOf: (item: Item) => ({ readonly of: string } & Step) | null,
): ReadonlyMap<string, readonly Step[]> {
  const steps = items.map(stepOf).filter((step) => step !== null);
  return new Map([...groupBy(steps, (step) => step.of)].map(([of, list]) => [of, risingSteps(list)]));
}

function checkFinalMarks(marks: readonly Mark[], log: FinalLog, report: Report): void {
  const fromEvents = marksInEvents(log, report);
  const attempted = highestOf(marks.filter(({ outcome }) => outcome.type !== 'refused'));
  const answered = highestOf(marks.filter(({ outcome }) => outcome.type === 'ok'));
  for (const [consultationId, readSeq] of log.readSeq) {
    for (const reader of ['user', 'doctor'] as const) {
      const party = partyOf(consultationId, reader);
      const found = readSeq[reader];
      const [least, most] = [answered.get(party) ?? 0, attempted.get(party) ?? 0];
      if (found < least) report('g', 'mark-lost', `${party} was answered ${least} and has ${found} stored`);
      if (found > most) report('g', 'mark-beyond', `${party} marked ${most} at most and has ${found} stored`);
      if (found !== (fromEvents.get(party) ?? 0)) {
        report('d', 'readers-disagree', `the log and the read model differ in the mark of ${party}`);
      }
    }
  }
}

function marksInEvents({ readEvents }: FinalLog, report: Report): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const { consultationId, reader, seq } of readEvents) {
    const party = partyOf(consultationId, reader);
    const before = last.get(party) ?? 0;
    if (seq <= before) report('g', 'mark-back', `the log of ${party} has ${seq} after ${before}`);
    last.set(party, Math.max(before, seq));
  }
  return last;
}

function highestOf(marks: readonly Mark[]): ReadonlyMap<string, number> {
  const highest = new Map<string, number>();
  for (const { consultationId, reader, seq } of marks) {
    const party = partyOf(consultationId, reader);
    highest.set(party, Math.max(highest.get(party) ?? 0, seq));
  }
  return highest;
}

import { placeOf, type SummaryOrder, type SummaryPlace } from '../../application/ports/directory.js';
import type { ConsultationSummary, ConsultationView } from '../../application/ports/notification.js';
import type { Sender } from '../../domain/consultation/events.js';
import { invariant } from '../../domain/invariant.js';
import type { MemoryLog } from './memory-log.js';

const OTHER: Readonly<Record<Sender, Sender>> = { user: 'doctor', doctor: 'user' };

/** Counts from the log what the database keeps in columns. */
export function summaryOf(log: MemoryLog, view: ConsultationView): ConsultationSummary {
  const { consultationId, doctor } = view;
  const messages = log.messages(consultationId);
  const last = messages.at(-1);
  const [first] = log.stream(`consultation:${consultationId}`);
  invariant(first !== undefined, 'a consultation was opened');
  const unreadBy = (reader: Sender): number =>
    messages.filter(({ sender, seq }) => sender === OTHER[reader] && seq > view.readSeq[reader]).length;
  const waitingSince = waitingSinceOf(log, consultationId);
  const queue = [...log.consultations()].flatMap(({ state }) =>
    state.status !== 'not_opened' && state.doctorId === doctor.id
      ? [waitingSinceOf(log, state.consultationId)]
      : [],
  );
  return {
    ...view,
    openedAt: first.occurredAt,
    headSeq: messages.length,
    unread: { user: unreadBy('user'), doctor: unreadBy('doctor') },
    lastMessageAt: last?.sentAt ?? null,
    lastSender: last?.sender ?? null,
    waitingSince,
    ahead:
      waitingSince === null ? null : queue.filter((since) => since !== null && since < waitingSince).length,
  };
}

function waitingSinceOf(log: MemoryLog, consultationId: string): number | null {
  const { state } = log.consultation(consultationId);
  if (state.status !== 'open') return null;
  const messages = log.messages(consultationId);
  const answered = messages.findLastIndex(({ sender }) => sender === 'doctor');
  return messages[answered + 1]?.sentAt ?? null;
}

/** Compares summaries by an order. */
export function compareBy(order: SummaryOrder) {
  return (one: ConsultationSummary, other: ConsultationSummary): number =>
    comparePlaces(placeOf(order, one), placeOf(order, other));
}

export function comparePlaces(one: SummaryPlace, other: SummaryPlace): number {
  const byId =
    one.consultationId < other.consultationId ? -1 : Number(one.consultationId > other.consultationId);
  if (one.by === 'waiting' && other.by === 'waiting') return one.since - other.since || byId;
  if (one.by === 'activity' && other.by === 'activity') return other.at - one.at || -byId;
  if (one.by === other.by) return byId;
  return one.by === 'waiting' ? -1 : 1;
}

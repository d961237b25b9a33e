import type { DomainEvent, RecordedEvent } from '../../../application/ports/event-store.js';
import { HOUR_MS } from '../../../domain/instant.js';
import type { WeeklyWindow } from '../../../domain/schedule/weekly-window.js';
import type { Transaction } from '../connection/database.js';

/**
 * The projection of `MessageSent`: the rows to insert, selected from a relation with the type, the data and the
 * instant of events. Their data must be of the newest version, that is, just encoded, or read by the codec. So the
 * relation is never `events` itself, which holds every version there ever was. The live write and the rebuild share
 * this, so that they cannot differ.
 */
export function insertMessagesFrom(relation: string): string {
  return `
    INSERT INTO messages (consultation_id, seq, message_id, sender, content, client_message_id, sent_at)
    SELECT data->>'consultationId', (data->>'seq')::int, data->>'messageId', data->>'sender', data->>'content',
           data->>'clientMessageId', occurred_at
    FROM ${relation} WHERE type = 'MessageSent'`;
}

/** The events that close a consultation, and the one that reopens it. */
const STATUS_EVENTS = "'ConsultationEnded', 'ConsultationExpired', 'ConsultationReopened'";

/**
 * The projection of `MessageSent` and `MessagesRead` into what inboxes show of a conversation, from a relation like
 * that of `insertMessagesFrom`. It must have all events of a stream that go together, because one statement may
 * change a row only once. A read mark never goes back. When it moves, the unread messages behind it are counted: in
 * the relation, and in the earlier messages, of which only those behind the mark are read.
 *
 * @param withStatus whether the relation has versions, and may have events that close or reopen a consultation.
 */
export function updateChatsFrom(relation: string, withStatus: boolean): string {
  const isOpen = `,
             (array_agg(type = 'ConsultationReopened' ORDER BY version DESC) FILTER (WHERE type IN (${STATUS_EVENTS})))[1]
               AS is_open`;
  const sent = (who: string) => `FILTER (WHERE type = 'MessageSent' AND who = '${who}')`;
  const read = (who: string) => `FILTER (WHERE type = 'MessagesRead' AND who = '${who}')`;
  return `
    UPDATE chats SET user_read_seq = greatest(chats.user_read_seq, said.user_mark),
                     doctor_read_seq = greatest(chats.doctor_read_seq, said.doctor_mark),
                     user_unread = ${unreadOf('user', 'doctor')},
                     doctor_unread = ${unreadOf('doctor', 'user')},
                     head_seq = greatest(chats.head_seq, said.head_seq),
                     last_sender = CASE said.head_seq WHEN said.user_head THEN 'user' WHEN said.doctor_head THEN 'doctor'
                                                    ELSE chats.last_sender END,
                     waiting_since = CASE WHEN said.doctor_head IS NULL
                                          THEN coalesce(chats.waiting_since, said.user_times[1])
                                          ELSE (SELECT u.at FROM unnest(said.user_seqs, said.user_times) AS u(seq, at)
                                                WHERE u.seq > said.doctor_head ORDER BY u.seq LIMIT 1) END,
                     activity_at = coalesce(said.last_at, chats.activity_at),
                     activity_hour = coalesce(floor(extract(epoch FROM said.last_at) / 3600)::int, chats.activity_hour)${
                       withStatus ? ', is_open = coalesce(said.is_open, chats.is_open)' : ''
                     }
    FROM (
      SELECT consultation_id, max(seq) FILTER (WHERE type = 'MessageSent') AS head_seq,
             min(seq) FILTER (WHERE type = 'MessageSent') AS first_seq,
             max(seq) ${sent('user')} AS user_head, max(seq) ${sent('doctor')} AS doctor_head,
             array_agg(seq ORDER BY seq) ${sent('user')} AS user_seqs,
             array_agg(at ORDER BY seq) ${sent('user')} AS user_times,
             array_agg(seq ORDER BY seq) ${sent('doctor')} AS doctor_seqs,
             (array_agg(at ORDER BY seq DESC) FILTER (WHERE type = 'MessageSent'))[1] AS last_at,
             max(seq) ${read('user')} AS user_mark, max(seq) ${read('doctor')} AS doctor_mark${withStatus ? isOpen : ''}
      FROM (
        SELECT type, data->>'consultationId' AS consultation_id, (data->>'seq')::int AS seq, occurred_at AS at,
               coalesce(data->>'sender', data->>'reader') AS who${withStatus ? ', version' : ''}
        FROM ${relation} WHERE type IN ('MessageSent', 'MessagesRead'${withStatus ? `, ${STATUS_EVENTS}` : ''})
      ) AS told GROUP BY 1
    ) AS said
    WHERE chats.consultation_id = said.consultation_id`;
}

/** How many messages of the other party are behind a party's read mark. */
function unreadOf(reader: 'user' | 'doctor', other: 'user' | 'doctor'): string {
  return `
      CASE WHEN said.${reader}_mark > chats.${reader}_read_seq THEN
        (SELECT count(*) FROM messages m
         WHERE m.consultation_id = chats.consultation_id AND m.seq > said.${reader}_mark
           AND m.seq < coalesce(said.first_seq, 2147483647) AND m.sender = '${other}')
        + (SELECT count(*) FROM unnest(said.${other}_seqs) AS s(seq) WHERE s.seq > said.${reader}_mark)
      ELSE chats.${reader}_unread + coalesce(cardinality(said.${other}_seqs), 0) END`;
}

/** An event with its instant in epoch ms, as `EVENTS_IN` reads it. */
export type EventRow = readonly [type: string, data: unknown, occurredAt: number];

/** A relation for the projections in bulk, of events that the codec has read: `$1` is an array of `EventRow`. */
export const EVENTS_IN = `
  SELECT r->>0 AS type, r->1 AS data,
         timestamptz 'epoch' + (r->>2)::float8 * interval '1 millisecond' AS occurred_at
  FROM jsonb_array_elements($1::jsonb) AS rows(r)`;

export function eventRow({ event, occurredAt }: RecordedEvent): EventRow {
  return [event.type, event.data, occurredAt];
}

const PROJECT_CHATS = `WITH decoded AS (${EVENTS_IN})${updateChatsFrom('decoded', false)}`;

/**
 * Updates the row of a consultation that was made in this transaction, by everything that was said and read in the
 * same append. The messages themselves are stored already.
 */
export async function projectChats(
  transaction: Transaction,
  recorded: readonly RecordedEvent[],
): Promise<void> {
  await transaction.$executeRawUnsafe(PROJECT_CHATS, JSON.stringify(recorded.map(eventRow)));
}

/**
 * The projection of the events that change an existing consultation, from a relation of the same kind. The last event
 * about its status and the last one about its expiry count. A consultation that is opened in the same batch is not
 * found.
 */
export function updateConsultationsFrom(relation: string): string {
  const ofStatus = `FILTER (WHERE type <> 'ConsultationExtended')`;
  const ofExpiry = `FILTER (WHERE type IN ('ConsultationExtended', 'ConsultationReopened'))`;
  return `
    UPDATE consultations SET status = coalesce(changes.status, consultations.status),
                             is_active = coalesce(changes.status = 'open', is_active),
                             closed_at = CASE WHEN changes.status IS NULL THEN consultations.closed_at
                                              ELSE changes.closed_at END,
                             expires_at = coalesce(changes.expires_at, consultations.expires_at)
    FROM (
      SELECT data->>'consultationId' AS consultation_id,
             (array_agg(CASE type WHEN 'ConsultationEnded' THEN 'ended' WHEN 'ConsultationExpired' THEN 'expired'
                                  ELSE 'open' END ORDER BY version DESC) ${ofStatus})[1] AS status,
             (array_agg(CASE WHEN type <> 'ConsultationReopened' THEN occurred_at END
                        ORDER BY version DESC) ${ofStatus})[1] AS closed_at,
             (array_agg((data->>'expiresAt')::timestamptz ORDER BY version DESC) ${ofExpiry})[1] AS expires_at
      FROM ${relation}
      WHERE type IN ('ConsultationExtended', 'ConsultationEnded', 'ConsultationExpired', 'ConsultationReopened')
      GROUP BY 1
    ) AS changes
    WHERE consultations.id = changes.consultation_id`;
}

/** Whether `updateConsultationsFrom` projects the event, unless its consultation is opened in the same batch. */
export function isConsultationChange({ type }: DomainEvent): boolean {
  return (
    type === 'ConsultationExtended' ||
    type === 'ConsultationEnded' ||
    type === 'ConsultationExpired' ||
    type === 'ConsultationReopened'
  );
}

/** Whether `insertMessagesFrom` or `updateChatsFrom` projects the event, together with many others. */
export function isProjectedInBulk(event: DomainEvent): boolean {
  return event.type === 'MessageSent' || event.type === 'MessagesRead';
}

/** Updates the read models by one event, inside the transaction that stores the event or rebuilds the read models. */
export async function project(transaction: Transaction, recorded: RecordedEvent): Promise<void> {
  const { event, occurredAt } = recorded;
  const at = new Date(occurredAt);
  switch (event.type) {
    case 'PatientRegistered': {
      const { patientId, name } = event.data;
      await transaction.user.create({ data: { id: patientId, name, registeredAt: at } });
      return;
    }
    case 'PatientRenamed': {
      const { patientId, name } = event.data;
      await transaction.user.update({ where: { id: patientId }, data: { name } });
      return;
    }
    case 'DoctorRegistered': {
      const { doctorId, name, timeZone, windows } = event.data;
      await transaction.doctor.create({ data: { id: doctorId, name, timeZone, registeredAt: at } });
      await insertWindows(transaction, doctorId, windows);
      return;
    }
    case 'DoctorRenamed': {
      const { doctorId, name } = event.data;
      await transaction.doctor.update({ where: { id: doctorId }, data: { name } });
      return;
    }
    case 'DoctorTimeZoneChanged': {
      const { doctorId, timeZone } = event.data;
      await transaction.doctor.update({ where: { id: doctorId }, data: { timeZone } });
      return;
    }
    case 'WeeklyWindowsSet': {
      const { doctorId, windows } = event.data;
      await transaction.doctorSchedule.deleteMany({ where: { doctorId } });
      await insertWindows(transaction, doctorId, windows);
      return;
    }
    case 'DateOverrideSet': {
      const { doctorId, date } = event.data;
      const windows = event.data.windows.map(({ startTime, endTime }) => ({ startTime, endTime }));
      await transaction.doctorDateOverride.upsert({
        where: { doctorId_date: { doctorId, date } },
        create: { doctorId, date, windows },
        update: { windows },
      });
      return;
    }
    case 'DateOverrideRemoved': {
      const { doctorId, date } = event.data;
      await transaction.doctorDateOverride.deleteMany({ where: { doctorId, date } });
      return;
    }
    case 'ConsultationOpened':
    case 'ConsultationExtended':
    case 'ConsultationEnded':
    case 'ConsultationExpired':
    case 'ConsultationReopened':
      await projectConsultation(transaction, event, at);
      return;
    case 'MessagesRead':
    case 'MessageSent':
      // `insertMessagesFrom` and `updateChatsFrom` project this event, together with many others.
      return;
  }
}

async function insertWindows(
  transaction: Transaction,
  doctorId: string,
  windows: readonly WeeklyWindow[],
): Promise<void> {
  await transaction.doctorSchedule.createMany({
    data: windows.map(({ dayOfWeek, startTime, endTime }, ordinal) => ({
      doctorId,
      ordinal,
      dayOfWeek,
      startTime,
      endTime,
    })),
  });
}

type LifeCycleEvent = Extract<DomainEvent, { type: `Consultation${string}` }>;

async function projectConsultation(transaction: Transaction, event: LifeCycleEvent, at: Date): Promise<void> {
  const id = event.data.consultationId;
  switch (event.type) {
    case 'ConsultationOpened': {
      const { patientId, doctorId } = event.data;
      const expiresAt = new Date(event.data.expiresAt);
      await transaction.consultation.create({
        data: { id, userId: patientId, doctorId, isActive: true, status: 'open', expiresAt, openedAt: at },
      });
      const activityHour = Math.floor(at.getTime() / HOUR_MS);
      const isSaid = { createdAt: at, activityAt: at, activityHour };
      await transaction.chat.create({
        data: { consultationId: id, userId: patientId, doctorId, ...isSaid },
      });
      return;
    }
    case 'ConsultationExtended': {
      const expiresAt = new Date(event.data.expiresAt);
      await transaction.consultation.update({ where: { id }, data: { expiresAt } });
      return;
    }
    case 'ConsultationEnded':
      await close(transaction, id, 'ended', at);
      return;
    case 'ConsultationExpired':
      await close(transaction, id, 'expired', at);
      return;
    case 'ConsultationReopened': {
      const expiresAt = new Date(event.data.expiresAt);
      await transaction.consultation.update({
        where: { id },
        data: { isActive: true, status: 'open', expiresAt, closedAt: null },
      });
      await transaction.chat.update({ where: { consultationId: id }, data: { isOpen: true } });
      return;
    }
  }
}

async function close(
  transaction: Transaction,
  id: string,
  status: 'ended' | 'expired',
  at: Date,
): Promise<void> {
  await transaction.consultation.update({ where: { id }, data: { isActive: false, status, closedAt: at } });
  await transaction.chat.update({ where: { consultationId: id }, data: { isOpen: false } });
}

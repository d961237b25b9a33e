import type { DomainEvent, RecordedEvent } from '../../application/ports/event-store.js';
import type { WeeklyWindow } from '../../domain/schedule/weekly-window.js';
import type { Prisma } from './generated/client.js';

export type Transaction = Prisma.TransactionClient;

/**
 * The projection of `MessageSent`, as the insert's source rows: a relation with the type, the data and the instant of
 * events whose data are of the newest version: what has just been encoded, or what the codec has read. Never `events`
 * itself, which holds every version there ever was. The live write and the rebuild share it, so that they cannot differ.
 */
export function insertMessagesFrom(relation: string): string {
  return `
    INSERT INTO messages (consultation_id, seq, message_id, sender, content, client_message_id, sent_at)
    SELECT data->>'consultationId', (data->>'seq')::int, data->>'messageId', data->>'sender', data->>'content',
           data->>'clientMessageId', occurred_at
    FROM ${relation} WHERE type = 'MessageSent'`;
}

/** The projection of `MessagesRead`, from the same kind of relation. A mark never goes back. */
export function updateReadMarksFrom(relation: string): string {
  return `
    UPDATE chats SET user_read_seq = greatest(user_read_seq, marks.user_seq),
                     doctor_read_seq = greatest(doctor_read_seq, marks.doctor_seq)
    FROM (
      SELECT data->>'consultationId' AS consultation_id,
             max((data->>'seq')::int) FILTER (WHERE data->>'reader' = 'user') AS user_seq,
             max((data->>'seq')::int) FILTER (WHERE data->>'reader' = 'doctor') AS doctor_seq
      FROM ${relation} WHERE type = 'MessagesRead' GROUP BY 1
    ) AS marks
    WHERE chats.consultation_id = marks.consultation_id`;
}

/**
 * The projection of what changes a consultation that is there, from the same kind of relation: the last word on its
 * status and the last one on its expiry hold. A consultation that is opened in the same batch is not there yet.
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

/** Whether `insertMessagesFrom` or `updateReadMarksFrom` projects the event, many at a time. */
export function isProjectedInBulk(event: DomainEvent): boolean {
  return event.type === 'MessageSent' || event.type === 'MessagesRead';
}

/** Brings the read models up to date with one event, inside the transaction that stores it or rebuilds them. */
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
    case 'MessagesRead': {
      const { consultationId, reader, seq } = event.data;
      const column = reader === 'user' ? 'userReadSeq' : 'doctorReadSeq';
      await transaction.chat.updateMany({
        where: { consultationId, [column]: { lt: seq } },
        data: { [column]: seq },
      });
      return;
    }
    case 'MessageSent':
      // Projected by insertMessagesFrom, many at a time.
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
      await transaction.chat.create({ data: { consultationId: id, createdAt: at } });
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
}

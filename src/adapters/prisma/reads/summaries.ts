import type { SummaryPlace, SummaryQuestion } from '../../../application/ports/directory.js';
import type { ConsultationSummary } from '../../../application/ports/notification.js';
import type { Versioned } from '../../../application/ports/state-reader.js';
import { HOUR_MS } from '../../../domain/instant.js';
import { senderColumn, statusColumn, versionOf } from './state-rows.js';

/** A statement with its values. */
export interface Question {
  readonly text: string;
  readonly values: unknown[];
}

const WAITS = 's.is_open AND s.waiting_since IS NOT NULL';

/**
 * Selects what inboxes show of the consultations in `page`, a relation of ids and places. Each row looks up by key
 * what it needs. To count who is ahead, the waiting consultations of the doctors on the page are read once, by an
 * index of each doctor's open consultations.
 */
function withSummaries(page: string): string {
  return `
  WITH page AS MATERIALIZED (${page}), doctors_waited_for AS MATERIALIZED (
    SELECT DISTINCT s.doctor_id FROM page
    CROSS JOIN LATERAL (SELECT * FROM chats WHERE consultation_id = page.id LIMIT 1) AS s WHERE ${WAITS}
  ), queue AS MATERIALIZED (
    SELECT q.consultation_id, rank() OVER (PARTITION BY q.doctor_id ORDER BY q.waiting_since) - 1 AS ahead
    FROM doctors_waited_for AS d CROSS JOIN LATERAL (
      SELECT s.consultation_id, s.doctor_id, s.waiting_since FROM chats s
      WHERE s.doctor_id = d.doctor_id AND ${WAITS} OFFSET 0
    ) AS q
  )
  SELECT c.id, c.status, c.user_id, c.doctor_id,
         (extract(epoch from c.expires_at) * 1000)::float8 AS expires_at_ms,
         (extract(epoch from c.opened_at) * 1000)::float8 AS opened_at_ms,
         s.user_read_seq, s.doctor_read_seq, s.user_unread, s.doctor_unread, s.head_seq, s.last_sender,
         (extract(epoch from s.activity_at) * 1000)::float8 AS activity_at_ms,
         (extract(epoch from CASE WHEN ${WAITS} THEN s.waiting_since END) * 1000)::float8 AS waiting_since_ms,
         queue.ahead::int AS ahead,
         (SELECT u.name FROM users u WHERE u.id = c.user_id) AS user_name,
         (SELECT d.name FROM doctors d WHERE d.id = c.doctor_id) AS doctor_name,
         ${versionOf('consultation', 'c.id')} AS version
  FROM page CROSS JOIN LATERAL (SELECT * FROM consultations WHERE id = page.id LIMIT 1) AS c
  CROSS JOIN LATERAL (SELECT * FROM chats WHERE consultation_id = page.id LIMIT 1) AS s
  LEFT JOIN queue ON queue.consultation_id = page.id
  ORDER BY page.place`;
}

export interface SummaryRow {
  readonly id: string;
  readonly status: string;
  readonly user_id: string;
  readonly doctor_id: string;
  readonly expires_at_ms: number;
  readonly opened_at_ms: number;
  readonly user_read_seq: number;
  readonly doctor_read_seq: number;
  readonly user_unread: number;
  readonly doctor_unread: number;
  readonly head_seq: number;
  readonly last_sender: string | null;
  readonly activity_at_ms: number;
  readonly waiting_since_ms: number | null;
  readonly ahead: number | null;
  readonly user_name: string;
  readonly doctor_name: string;
  readonly version: number;
}

export function summaryOf(row: SummaryRow): Versioned<ConsultationSummary> {
  const state: ConsultationSummary = {
    consultationId: row.id,
    status: statusColumn.parse(row.status),
    expiresAt: row.expires_at_ms,
    openedAt: row.opened_at_ms,
    readSeq: { user: row.user_read_seq, doctor: row.doctor_read_seq },
    unread: { user: row.user_unread, doctor: row.doctor_unread },
    headSeq: row.head_seq,
    lastMessageAt: row.head_seq === 0 ? null : row.activity_at_ms,
    lastSender: row.last_sender === null ? null : senderColumn.parse(row.last_sender),
    waitingSince: row.waiting_since_ms,
    ahead: row.ahead,
    patient: { id: row.user_id, name: row.user_name },
    doctor: { id: row.doctor_id, name: row.doctor_name },
  };
  return { state, version: row.version };
}

export function summariesOf(ids: readonly string[]): Question {
  const page = 'SELECT DISTINCT id, 0 AS place FROM unnest($1::text[]) AS asked(id)';
  return { text: withSummaries(page), values: [ids] };
}

/** Collects the values of a statement, and numbers them in the order in which they are named. */
function createValues() {
  const values: unknown[] = [];
  return {
    values,
    name: (value: unknown, type: string): string => `$${values.push(value)}::${type}`,
  };
}

type Values = ReturnType<typeof createValues>;

const instant = (at: string): string => `(timestamptz 'epoch' + ${at} * interval '1 millisecond')`;

/** Selects a page in the order that is asked for, by one statement. */
export function pageOfSummaries(question: SummaryQuestion, limit: number): Question {
  const named = createValues();
  const most = named.name(limit, 'int');
  const { order, after } = question;
  const page = (): string => {
    if (order === 'id') return byId(question, most, named);
    const from = chatsOf(question, named);
    if (order === 'waiting') return byWaiting(from, after, most, named);
    return placed(byActivity(from, after, most, named));
  };
  return { text: withSummaries(page()), values: named.values };
}

/** The rows `s`, each with a place in an inbox, and the conditions on them. */
interface Chats {
  readonly relation: string;
  readonly conditions: readonly string[];
}

function chatsOf(question: SummaryQuestion, named: Values): Chats {
  const { filter, unreadBy } = question;
  const { patientId, doctorId, status } = filter;
  const { name } = named;
  const statusOf = '(SELECT c.status FROM consultations c WHERE c.id = s.consultation_id)';
  const conditions = [
    ...(patientId === null ? [] : [`s.user_id = ${name(patientId, 'text')}`]),
    ...(doctorId === null ? [] : [`s.doctor_id = ${name(doctorId, 'text')}`]),
    ...(status === null ? [] : [`${statusOf} = ${name(status, 'text')}`]),
    // This condition leads to the index of the open consultations.
    ...(status === null ? [] : [status === 'open' ? 's.is_open' : 'NOT s.is_open']),
  ];
  if (unreadBy === null) return { relation: 'chats s', conditions };
  return { relation: unreadChats(unreadBy, question, named), conditions };
}

/**
 * Selects unread conversations, by two small indexes that hold little else. However many conversations somebody has
 * had, few are open, and few are over with something unread.
 */
function unreadChats(
  unreadBy: 'user' | 'doctor',
  { filter: { patientId, doctorId } }: SummaryQuestion,
  { name }: Values,
): string {
  const [column, id] = unreadBy === 'user' ? ['user_id', patientId] : ['doctor_id', doctorId];
  const own = id === null ? 'true' : `u.${column} = ${name(id, 'text')}`;
  const rows = (which: string): string => `SELECT * FROM chats u WHERE ${own} AND ${which}`;
  return `(${rows(`u.is_open AND u.${unreadBy}_unread > 0`)} UNION ALL ${rows(`u.${unreadBy}_left_unread`)} OFFSET 0) AS s`;
}

function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

/**
 * Selects in the order of ids. It starts from the consultations, whose indexes have each filter in this order; for
 * unread ones it starts from the conversations.
 */
function byId(question: SummaryQuestion, most: string, named: Values): string {
  const { filter, unreadBy, after } = question;
  const { patientId, doctorId, status } = filter;
  const { name } = named;
  if (unreadBy !== null) {
    const { relation, conditions } = chatsOf(question, named);
    const behind = after === null ? [] : [`s.consultation_id > ${name(after.consultationId, 'text')}`];
    return inOrderOfIds(
      `SELECT s.consultation_id AS id FROM ${relation} ${where([...conditions, ...behind])}`,
      most,
    );
  }
  const conditions = [
    ...(patientId === null ? [] : [`c.user_id = ${name(patientId, 'text')}`]),
    ...(doctorId === null ? [] : [`c.doctor_id = ${name(doctorId, 'text')}`]),
    ...(status === null ? [] : [`c.status = ${name(status, 'text')}`]),
    ...(after === null ? [] : [`c.id > ${name(after.consultationId, 'text')}`]),
  ];
  return inOrderOfIds(`SELECT c.id FROM consultations c ${where(conditions)}`, most);
}

function inOrderOfIds(found: string, most: string): string {
  return `SELECT id, row_number() OVER (ORDER BY id) AS place FROM (${found} ORDER BY id LIMIT ${most}) AS found`;
}

/** Selects in the order of activity. Whole hours come from the index, and the rows within one hour are sorted. */
function byActivity(
  { relation, conditions }: Chats,
  after: SummaryPlace | null,
  most: string,
  { name }: Values,
): string {
  const behind =
    after?.by === 'activity'
      ? [
          `s.activity_hour <= ${name(Math.floor(after.at / HOUR_MS), 'int')}`,
          `(s.activity_at, s.consultation_id) < (${instant(name(after.at, 'float8'))}, ${name(after.consultationId, 'text')})`,
        ]
      : [];
  return `(SELECT s.consultation_id AS id, 1 AS phase, NULL::timestamptz AS since, s.activity_at AS at
    FROM ${relation} ${where([...conditions, ...behind])}
    ORDER BY s.activity_hour DESC, s.activity_at DESC, s.consultation_id DESC LIMIT ${most})`;
}

/** Selects those who wait, and sorts them. They are few, because only open consultations count. */
function byWaiting(
  { relation, conditions }: Chats,
  after: SummaryPlace | null,
  most: string,
  named: Values,
): string {
  const others = byActivity({ relation, conditions: [...conditions, `NOT (${WAITS})`] }, after, most, named);
  if (after?.by === 'activity') return placed(others);
  const { name } = named;
  const behind =
    after?.by === 'waiting'
      ? [
          `(s.waiting_since, s.consultation_id) > (${instant(name(after.since, 'float8'))}, ${name(after.consultationId, 'text')})`,
        ]
      : [];
  const waiting = `(SELECT s.consultation_id AS id, 0 AS phase, s.waiting_since AS since, NULL::timestamptz AS at
    FROM ${relation} ${where([...conditions, WAITS, ...behind])}
    ORDER BY s.waiting_since, s.consultation_id LIMIT ${most})`;
  return `${placed(`${waiting} UNION ALL ${others}`)} ORDER BY place LIMIT ${most}`;
}

function placed(found: string): string {
  return `SELECT id, row_number() OVER (
      ORDER BY phase, since, CASE phase WHEN 0 THEN id END, at DESC, id DESC
    ) AS place FROM (${found}) AS found`;
}

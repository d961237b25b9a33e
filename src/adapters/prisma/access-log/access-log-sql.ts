import type { AccessLogFilter, Reader } from '../../../application/ports/access-log.js';
import type { Instant } from '../../../domain/instant.js';
import type { AccessKind } from './access-log-cursor.js';

export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** The columns that both statements select. */
export interface AccessRow {
  readonly at_ms: number;
  readonly kind: AccessKind;
  /** The position. The name is one that no column has, because ORDER BY would take it for the column otherwise. */
  readonly place: string;
  readonly reader_kind: string;
  readonly reader_id: string;
  readonly consultation_id: string | null;
  readonly subject_kind: string | null;
  readonly subject_id: string | null;
  readonly action: string;
  readonly channel: string | null;
  readonly request_id: string | null;
}

/** A part of one of the two sources, newest first. */
export interface Range {
  /** The part ends before this place: at an earlier instant, or at the same instant with a smaller position. */
  readonly before: { readonly at: Instant; readonly position: string };
  /** The earliest instant; inclusive. */
  readonly from: Instant;
  readonly limit: number;
}

/** This does not use LIKE, for which PostgreSQL would choose an index that leads to nearly the whole log. */
const OF_A_CONSULTATION = `split_part(stream_id, ':', 1) = 'consultation'`;

export type WhoAndWhere = Pick<AccessLogFilter, 'consultationId' | 'person' | 'subject'>;

/** The statement for reads. Each question has an index in the order of its answer. */
export function readsStatement(
  { consultationId, person, subject = null }: WhoAndWhere,
  range: Range,
): Statement {
  const { values, parameter } = createParameters();
  const limit = parameter(range.limit);
  const conditions = inRange(parameter, 'at', 'id', range);
  if (consultationId !== null) conditions.push(`consultation_id = ${parameter(consultationId)}`);
  if (person !== null) {
    conditions.push(`reader_kind = ${parameter(person.kind)}`, `reader_id = ${parameter(person.id)}`);
  }
  const where = (...more: string[]) =>
    `SELECT * FROM access_log WHERE ${[...more, ...conditions].join(' AND ')} ${NEWEST_FIRST} LIMIT ${limit}`;
  const source = subject === null ? where() : readsAbout(subject, { parameter, limit, where });
  const sql = `
SELECT ${milliseconds('at')} AS at_ms, 'read' AS kind, id::text AS place, reader_kind, reader_id, consultation_id,
       subject_kind, subject_id, action, channel, request_id
FROM (${source}) AS reads
${NEWEST_FIRST} LIMIT ${limit}`;
  return { sql, values };
}

const NEWEST_FIRST = 'ORDER BY at DESC, id DESC';

/**
 * The condition for reads that are about somebody: those that name them, and for a patient also those of their
 * consultations. Each part has an index of its own.
 */
function readsAbout({ kind, id }: Reader, { parameter, where }: Parts): string {
  const subject = `(subject_kind, subject_id) = (${parameter(kind)}, ${parameter(id)})`;
  if (kind !== 'patient') return where(subject);
  return `SELECT * FROM (${where(subject)}) AS naming
UNION ALL
SELECT of_one.* FROM consultations AS own CROSS JOIN LATERAL (
  ${where('consultation_id = own.id', `${subject} IS NOT TRUE`)}
) AS of_one WHERE own.user_id = ${parameter(id)}`;
}

/**
 * The statement for writes, from the event log without what was said. A consultation is one stream. What a patient or
 * a doctor has written is in the streams of their consultations, each of which is read by its key; an index by actor
 * would cost every message. Only actors without consultations have such an index.
 */
export function writesStatement(filter: WhoAndWhere, range: Range): Statement {
  const { consultationId, person, subject = null } = filter;
  return writes(filter, range, ({ parameter, limit, where }) => {
    const inConsultationsOf = (patientOrDoctor: Reader, ...more: string[]) =>
      `consultations AS own CROSS JOIN LATERAL (
  SELECT * FROM ${where(`stream_id = 'consultation:' || own.id`, ...more)}
  ORDER BY occurred_at DESC, position DESC LIMIT ${limit}
) AS of_one WHERE own.${patientOrDoctor.kind === 'patient' ? 'user_id' : 'doctor_id'} = ${parameter(patientOrDoctor.id)}`;
    const here =
      consultationId === null ? [] : [`stream_id = 'consultation:' || ${parameter(consultationId)}`];
    if (subject !== null) return inConsultationsOf(subject, ...here);
    if (consultationId !== null) return where(...here);
    switch (person?.kind) {
      case 'patient':
      case 'doctor':
        return inConsultationsOf(person);
      case 'admin':
      case 'system':
      case 'anyone':
        return where(`actor_kind NOT IN ('patient', 'doctor')`, OF_A_CONSULTATION);
      case undefined:
        return where(OF_A_CONSULTATION);
    }
  });
}

/** The statement for all writes in a short span, by the index of the instants, whoever the actor is. */
export function writesInSpanStatement(filter: WhoAndWhere, span: Range): Statement {
  return writes(filter, span, ({ where }) => where(OF_A_CONSULTATION));
}

interface Parts {
  readonly parameter: Parameter;
  /** The parameter's placeholder. */
  readonly limit: string;
  /** The condition for events of the range, by that person, that fulfil further conditions. */
  readonly where: (...more: string[]) => string;
}

function writes({ person }: WhoAndWhere, range: Range, source: (parts: Parts) => string): Statement {
  const { values, parameter } = createParameters();
  const limit = parameter(range.limit);
  const conditions = inRange(parameter, 'occurred_at', 'position', range);
  if (person !== null) {
    conditions.push(`actor_kind = ${parameter(person.kind)}`, `actor_id = ${parameter(person.id)}`);
  }
  const where = (...more: string[]) => `events WHERE ${[...more, ...conditions].join(' AND ')}`;
  const sql = `
SELECT ${milliseconds('occurred_at')} AS at_ms, 'write' AS kind, position::text AS place, actor_kind AS reader_kind,
       actor_id AS reader_id, substr(stream_id, length('consultation:') + 1) AS consultation_id,
       NULL AS subject_kind, NULL AS subject_id, type AS action, NULL AS channel, NULL AS request_id
FROM ${source({ parameter, limit, where })}
ORDER BY occurred_at DESC, position DESC LIMIT ${limit}`;
  return { sql, values };
}

type Parameter = (value: unknown) => string;

function createParameters(): { readonly values: readonly unknown[]; readonly parameter: Parameter } {
  const values: unknown[] = [];
  return { values, parameter: (value) => `$${values.push(value)}` };
}

/** The bounds of the instant are repeated by themselves, for the index that has nothing but instants. */
function inRange(parameter: Parameter, at: string, position: string, { before, from }: Range): string[] {
  const upper = instant(parameter(before.at));
  return [
    `(${at}, ${position}) < (${upper}, ${parameter(before.position)}::text::bigint)`,
    `${at} <= ${upper}`,
    `${at} >= ${instant(parameter(from))}`,
  ];
}

function instant(milliseconds: string): string {
  return `timestamptz 'epoch' + ${milliseconds}::float8 * interval '1 millisecond'`;
}

function milliseconds(column: string): string {
  return `(extract(epoch from ${column}) * 1000)::float8`;
}

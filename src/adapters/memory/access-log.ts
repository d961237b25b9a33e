import {
  type AccessLog,
  type AccessLogEntry,
  type AccessLogFilter,
  MAX_ACCESS_LOG_PAGE,
  type ReadAccess,
  type Reader,
} from '../../application/ports/access-log.js';
import type { RecordedEvent } from '../../application/ports/event-store.js';
import type { MemoryLog } from './memory-log.js';

const CONSULTATION_STREAM = 'consultation:';

/**
 * The place of an entry: by its instant; at the same instant, writes come after reads; then in the order in which
 * they arrived.
 */
interface SortKey {
  readonly at: number;
  readonly kind: 'read' | 'write';
  readonly position: number;
}

interface PlacedEntry {
  readonly entry: AccessLogEntry;
  readonly sortKey: SortKey;
}

/** Searches everything that was ever read or written. This is meant for tests, where that is little. */
export function createMemoryAccessLog(log: MemoryLog): AccessLog {
  const reads: ReadAccess[] = [];
  return {
    record: async (access) => {
      reads.push(structuredClone(access));
      return { outcome: 'recorded' };
    },
    note: (access) => {
      reads.push(structuredClone(access));
    },
    settle: async () => {},
    query: async (filter, after, limit) => {
      const before = after === null ? null : readCursor(after);
      if (after !== null && before === null) return null;
      const theirs = consultationsOf(log.all(), filter.subject ?? null);
      const found = [...reads.map(entryOfRead), ...log.all().flatMap(entryOfWrite)]
        .filter(({ entry }) => passes(entry, filter) && isAbout(entry, filter.subject ?? null, theirs))
        .filter(({ sortKey }) => before === null || compare(sortKey, before) < 0)
        .sort((a, b) => compare(b.sortKey, a.sortKey));
      const page = found.slice(0, Math.min(limit, MAX_ACCESS_LOG_PAGE));
      const last = found.length > page.length ? page.at(-1) : undefined;
      return {
        entries: page.map(({ entry }) => entry),
        next: last === undefined ? null : cursorOf(last.sortKey),
      };
    },
  };
}

function entryOfRead(access: ReadAccess, position: number): PlacedEntry {
  const { at } = access;
  return { entry: { ...access, kind: 'read' }, sortKey: { at, kind: 'read', position } };
}

function entryOfWrite(recorded: RecordedEvent, position: number): readonly PlacedEntry[] {
  const { streamId, event, actor, occurredAt: at } = recorded;
  if (!streamId.startsWith(CONSULTATION_STREAM)) return [];
  const entry: AccessLogEntry = {
    at,
    reader: actor,
    consultationId: streamId.slice(CONSULTATION_STREAM.length),
    subject: null,
    kind: 'write',
    action: event.type,
    channel: null,
    requestId: null,
  };
  return [{ entry, sortKey: { at, kind: 'write', position } }];
}

function passes({ at, reader, consultationId }: AccessLogEntry, filter: AccessLogFilter): boolean {
  const { person, from, to } = filter;
  return (
    (filter.consultationId === null || consultationId === filter.consultationId) &&
    (person === null || (reader.kind === person.kind && reader.id === person.id)) &&
    (from === null || at >= from) &&
    (to === null || at < to)
  );
}

/** The consultations of a patient, because entries about them concern the patient; none for any other subject. */
function consultationsOf(events: readonly RecordedEvent[], subject: Reader | null): ReadonlySet<string> {
  if (subject?.kind !== 'patient') return new Set();
  const ids = events.flatMap(({ event }) =>
    event.type === 'ConsultationOpened' && event.data.patientId === subject.id
      ? [event.data.consultationId]
      : [],
  );
  return new Set(ids);
}

function isAbout(entry: AccessLogEntry, subject: Reader | null, theirs: ReadonlySet<string>): boolean {
  if (subject === null) return true;
  if (entry.subject?.kind === subject.kind && entry.subject.id === subject.id) return true;
  return entry.consultationId !== null && theirs.has(entry.consultationId);
}

function compare(a: SortKey, b: SortKey): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.kind !== b.kind) return a.kind === 'read' ? -1 : 1;
  return a.position - b.position;
}

function cursorOf({ at, kind, position }: SortKey): string {
  return Buffer.from(`${at} ${kind} ${position}`).toString('base64url');
}

function readCursor(cursor: string): SortKey | null {
  const [, at, kind, position] =
    /^(-?\d{1,15}) (read|write) (\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (at === undefined || position === undefined) return null;
  return { at: Number(at), kind: kind === 'read' ? 'read' : 'write', position: Number(position) };
}

import type {
  Actor,
  AppendRequest,
  DomainEvent,
  EventStore,
  RecordedEvent,
  StreamId,
} from '../../src/application/ports/event-store.js';
import type { StoragePorts } from '../../src/application/ports/ports.js';
import type { ConsultationEvent } from '../../src/domain/consultation/events.js';
import { DAY_MS, type Instant } from '../../src/domain/instant.js';

/** The adapters of one technology over one storage, which is empty when it is opened. */
export interface Storage extends StoragePorts {
  /** A second event store over the same storage, as another process would have it. */
  readonly otherEventStore: EventStore;
  close(): Promise<void>;
}

export type OpenStorage = () => Promise<Storage>;

export const NOON: Instant = Date.parse('2026-03-02T12:00:00.000Z');
export const ADMIN: Actor = { kind: 'admin', id: 'admin-1' };
export const PATIENT: Actor = { kind: 'patient', id: 'patient-1' };

let lastFresh = 0;

/** An id that no other test has. */
export function fresh(prefix: string): string {
  lastFresh += 1;
  return `${prefix}-${lastFresh}`;
}

/** A request in which the parts that a test does not care about are filled in. */
export function request<Event extends DomainEvent>(
  streamId: StreamId,
  expectedVersion: number,
  events: readonly [Event, ...Event[]],
  details: Partial<
    Pick<AppendRequest, 'idempotencyKey' | 'actor' | 'occurredAt' | 'decisionChain' | 'reliesOn'>
  > = {},
): AppendRequest<Event> {
  return { streamId, expectedVersion, events, actor: ADMIN, occurredAt: NOON, ...details };
}

/** Registers `doctor-1` and `patient-1`, to whom the consultations of these tests belong. */
export async function registerPeople(eventStore: EventStore): Promise<void> {
  await eventStore.append(
    request('doctor:doctor-1', 0, [
      {
        type: 'DoctorRegistered',
        data: { doctorId: 'doctor-1', name: 'Dr One', timeZone: 'Europe/Vienna', windows: [] },
      },
    ]),
  );
  await eventStore.append(
    request('patient:patient-1', 0, [
      { type: 'PatientRegistered', data: { patientId: 'patient-1', name: 'Mx One' } },
    ]),
  );
}

export function opened(consultationId: string, expiresAt: Instant = NOON + DAY_MS): ConsultationEvent {
  return {
    type: 'ConsultationOpened',
    data: { consultationId, patientId: 'patient-1', doctorId: 'doctor-1', expiresAt },
  };
}

export function extended(consultationId: string, expiresAt: Instant): ConsultationEvent {
  return { type: 'ConsultationExtended', data: { consultationId, expiresAt } };
}

export function ended(consultationId: string): ConsultationEvent {
  return { type: 'ConsultationEnded', data: { consultationId } };
}

export interface MessageDetails {
  readonly messageId?: string;
  readonly content?: string;
  readonly clientMessageId?: string | null;
}

export function message(
  consultationId: string,
  seq: number,
  details: MessageDetails = {},
): ConsultationEvent {
  const { messageId = fresh('message'), content = `message ${seq}`, clientMessageId = null } = details;
  return {
    type: 'MessageSent',
    data: { consultationId, messageId, seq, sender: 'user', content, clientMessageId },
  };
}

/** A consultation that is open, with one event in its stream. */
export async function openFresh(eventStore: EventStore, expiresAt?: Instant): Promise<string> {
  const consultationId = fresh('consultation');
  await eventStore.append(request(`consultation:${consultationId}`, 0, [opened(consultationId, expiresAt)]));
  return consultationId;
}

/** Reads a whole stream, page by page. */
export async function readWholeStream(eventStore: EventStore, streamId: StreamId): Promise<RecordedEvent[]> {
  const PAGE = 500;
  const events: RecordedEvent[] = [];
  for (;;) {
    const page = await eventStore.readStream(streamId, events.length, PAGE);
    events.push(...page);
    if (page.length < PAGE) return events;
  }
}

/** Texts that storages are known to change, lose or choke on. */
export const HARD_TEXTS: Readonly<Record<string, string>> = {
  emoji: '👩🏽‍⚕️ says 👍🏿 and 🏳️‍🌈, 1️⃣',
  'right-to-left': 'שלום, مرحبا \u202eabc\u202c, \u200fעם',
  'line breaks of all kinds': 'one\ntwo\r\nthree\rfour\u2028five\u2029six\u0085seven\u000beight',
  markup: '<script>alert("1")</script> &amp; <b>',
  'backslashes and quotes': `\\ \\\\ \\n \\u0041 \\x41 ' '' " "" \` $1 :name ? %s {{x}} \${y}`,
  'composed and decomposed': 'é e\u0301 ﬁ Å A\u030a K',
  'spaces inside': 'a\u00a0b\u200bc\u3000d\te  f\ufefff',
  'control characters': 'bell\u0007 escape\u001b[31m delete\u007f unit\u001f',
  'the last code points': '\ufffd\ufffe\uffff\u{10ffff}\u{e0001}',
  json: '{"a":[1,null,"\\u0000"]}',
  '4,000 astral characters': '𝄞'.repeat(4_000),
};

/** Ids that are well-formed and that a careless map trips over. */
export const HARD_IDS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '-',
  '_',
  '0',
  'null',
  'A',
  'a',
];

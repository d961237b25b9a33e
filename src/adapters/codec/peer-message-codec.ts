import type { Actor, RecordedEvent, StreamId, StreamVersion } from '../../application/ports/event-store.js';
import type { News, PeerMessage, PresentPerson, ProcessId } from '../../application/ports/peers.js';
import { eventCodec } from './event-codec.js';

/**
 * The version of the form as a whole. A message of another version is not read. A new type of news, or a new field
 * after the others, needs no new version.
 */
const FORM = 1;
/** The longest text that is read, in characters. No process sends a longer one. */
export const MAX_PEER_MESSAGE_LENGTH = 4_000_000;

const PROCESS_ID = /^[\w-]{1,64}$/;
const STREAM_ID = /^[a-z]+:./s;
const ACTOR_KINDS: ReadonlySet<unknown> = new Set<Actor['kind']>(['patient', 'doctor', 'admin', 'system']);

/** An event as it is in the log. Readers ignore further fields at the end. */
export type StoredRow = readonly [
  streamId: StreamId,
  version: number,
  type: string,
  schemaVersion: number,
  data: unknown,
  actorKind: string,
  actorId: string,
  occurredAt: number,
];

type PersonRow = readonly [consultationId: string, userId: string, sender: PresentPerson['sender']];

/**
 * Writes a message between processes as one line of JSON. It is a list that begins with the form, the process, the
 * number and the type, so that the beginning of a text shows who has sent it.
 *
 * @throws {InvariantViolation} for an event that has no stored shape.
 */
export function encodePeerMessage({ from, number, news }: PeerMessage): string {
  return JSON.stringify([FORM, from, number, news.type, ...fieldsOf(news)]);
}

/** The text with which every message of this process begins, and no message of another one. */
export function peerMessageStart(from: ProcessId): string {
  return `[${FORM},${JSON.stringify(from)},`;
}

/** What comes before and after the {@link StoredRow}s, separated by commas, in a message that the store sends. */
export function storedMessageAround(from: ProcessId): { readonly before: string; readonly after: string } {
  return { before: `${peerMessageStart(from)}null,"stored",`, after: ']' };
}

/** The news that replace events which cannot be sent: the versions that the streams have reached. */
export function movedBy(streams: readonly StreamVersion[]): News {
  const newest = new Map<StreamId, number>();
  for (const { streamId, version } of streams)
    newest.set(streamId, Math.max(version, newest.get(streamId) ?? 0));
  return { type: 'moved', streams: [...newest].map(([streamId, version]) => ({ streamId, version })) };
}

function fieldsOf(news: News): readonly unknown[] {
  switch (news.type) {
    case 'stored':
      return news.events.map(rowOfEvent);
    case 'moved':
      return news.streams.map(({ streamId, version }) => [streamId, version]);
    case 'hello':
    case 'goodbye':
    case 'unknown':
      return [];
    case 'alive':
      return news.knows;
    case 'arrived':
    case 'left':
      return [rowOfPerson(news.person)];
    case 'roster':
      return [news.part, news.parts, ...news.people.map(rowOfPerson)];
    case 'typing':
      return [rowOfPerson(news.person), news.isTyping];
  }
}

function rowOfEvent({ streamId, version, event, actor, occurredAt }: RecordedEvent): StoredRow {
  const { type, schemaVersion, data } = eventCodec.encode(event);
  return [streamId, version, type, schemaVersion, data, actor.kind, actor.id, occurredAt];
}

function rowOfPerson({ consultationId, userId, sender }: PresentPerson): PersonRow {
  return [consultationId, userId, sender];
}

/**
 * Reads what {@link encodePeerMessage} of this version, or of an older or newer one, has written. If not all events are
 * known here, the news only say how far their streams have moved.
 *
 * @returns `unknown` for a newer form, of which nothing can be understood; `malformed` for what no version writes. A
 *   message with news of an unknown type still has its sender and its number.
 */
export function decodePeerMessage(text: string): PeerMessage | 'unknown' | 'malformed' {
  if (text.length > MAX_PEER_MESSAGE_LENGTH) return 'malformed';
  const parts = parse(text);
  if (!Array.isArray(parts)) return 'malformed';
  const [form, from, number, type, ...fields] = parts as readonly unknown[];
  if (isCount(form) && form > FORM) return 'unknown';
  if (form !== FORM || typeof from !== 'string' || !PROCESS_ID.test(from)) return 'malformed';
  if ((number !== null && !isCount(number)) || typeof type !== 'string') return 'malformed';
  const news = (READERS.get(type) ?? notUnderstood)(fields);
  return news === null ? 'malformed' : { from, number, news };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns null if the fields are not those of the type. */
type Reader = (fields: readonly unknown[]) => News | null;

const notUnderstood: Reader = () => ({ type: 'unknown' });

const READERS: ReadonlyMap<string, Reader> = new Map(
  Object.entries<Reader>({
    stored: readStored,
    moved: (fields) => {
      const streams = fields.map(streamOf);
      return fields.length > 0 && areAll(streams) ? { type: 'moved', streams } : null;
    },
    hello: () => ({ type: 'hello' }),
    alive: (knows) => (knows.every(isProcessId) ? { type: 'alive', knows } : null),
    goodbye: () => ({ type: 'goodbye' }),
    arrived: ([who]) => ofPerson(who, (person) => ({ type: 'arrived', person })),
    left: ([who]) => ofPerson(who, (person) => ({ type: 'left', person })),
    roster: ([part, parts, ...rows]) => {
      const people = rows.map(personOf);
      if (!isCount(part) || !isCount(parts) || part > parts || !areAll(people)) return null;
      return { type: 'roster', part, parts, people };
    },
    typing: ([who, isTyping]) =>
      typeof isTyping === 'boolean'
        ? ofPerson(who, (person) => ({ type: 'typing', person, isTyping }))
        : null,
    unknown: notUnderstood,
  } satisfies Record<News['type'], Reader>),
);

function readStored(rows: readonly unknown[]): News | null {
  const streams = rows.map(streamOf);
  if (rows.length === 0 || !areAll(streams)) return null;
  const events: RecordedEvent[] = [];
  for (const row of rows as readonly (readonly unknown[])[]) {
    const event = recordedEventOf(row);
    if (event === 'malformed') return null;
    if (event === 'unknown') return movedBy(streams);
    events.push(event);
  }
  return { type: 'stored', events };
}

/** A row that ends after its version is of an event that was too large to be sent. */
function recordedEventOf(row: readonly unknown[]): RecordedEvent | 'unknown' | 'malformed' {
  if (row.length === 2) return 'unknown';
  const [streamId, version, type, schemaVersion, data, kind, id, occurredAt] = row;
  if (typeof type !== 'string' || !isCount(schemaVersion)) return 'malformed';
  if (typeof kind !== 'string' || typeof id !== 'string' || !Number.isFinite(occurredAt)) return 'malformed';
  const newest = eventCodec.newestVersions.get(type);
  if (newest === undefined || schemaVersion > newest || !ACTOR_KINDS.has(kind)) return 'unknown';
  try {
    return {
      streamId: streamId as StreamId,
      version: version as number,
      event: eventCodec.decode({ type, schemaVersion, data }),
      actor: { kind: kind as Actor['kind'], id },
      occurredAt: occurredAt as number,
    };
  } catch {
    return 'malformed';
  }
}

function streamOf(row: unknown): StreamVersion | null {
  if (!Array.isArray(row)) return null;
  const [streamId, version] = row as readonly unknown[];
  if (typeof streamId !== 'string' || !STREAM_ID.test(streamId) || !isCount(version)) return null;
  return { streamId: streamId as StreamId, version };
}

function ofPerson(row: unknown, newsOf: (person: PresentPerson) => News): News | null {
  const person = personOf(row);
  return person === null ? null : newsOf(person);
}

function personOf(row: unknown): PresentPerson | null {
  if (!Array.isArray(row)) return null;
  const [consultationId, userId, sender] = row as readonly unknown[];
  if (typeof consultationId !== 'string' || typeof userId !== 'string') return null;
  return sender === 'user' || sender === 'doctor' || sender === null
    ? { consultationId, userId, sender }
    : null;
}

function isProcessId(value: unknown): value is ProcessId {
  return typeof value === 'string' && PROCESS_ID.test(value);
}

/** A whole number from 1. */
function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function areAll<Value>(values: readonly (Value | null)[]): values is readonly Value[] {
  return values.every((value) => value !== null);
}

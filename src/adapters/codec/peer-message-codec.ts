import type { Actor, RecordedEvent, StreamId, StreamVersion } from '../../application/ports/event-store.js';
import type { News, PeerMessage, PresentPerson, ProcessId } from '../../application/ports/peers.js';
import { eventCodec } from './event-codec.js';

/** Of the form as a whole: what has another one is not read. A new type of news, or field behind the others, needs none. */
const FORM = 1;
/** A longer text is not looked at, in characters: nobody here sends one. */
export const MAX_PEER_MESSAGE_LENGTH = 4_000_000;

const PROCESS_ID = /^[\w-]{1,64}$/;
const STREAM_ID = /^[a-z]+:./s;
const ACTOR_KINDS: ReadonlySet<unknown> = new Set<Actor['kind']>(['patient', 'doctor', 'admin', 'system']);

/** An event as it lies in the log. Whoever reads it takes no notice of what comes behind. */
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
 * Writes down what processes tell each other: one line of JSON, a list that begins with its form, the process, the number
 * and the type, so that the beginning of a text tells whose it is.
 *
 * @throws {InvariantViolation} for an event that has no stored shape.
 */
export function encodePeerMessage({ from, number, news }: PeerMessage): string {
  return JSON.stringify([FORM, from, number, news.type, ...fieldsOf(news)]);
}

/** What every text of the process begins with, and no other one's. */
export function peerMessageStart(from: ProcessId): string {
  return `[${FORM},${JSON.stringify(from)},`;
}

/** Around the {@link StoredRow}s, separated by commas, of something that the store tells. */
export function storedMessageAround(from: ProcessId): { readonly before: string; readonly after: string } {
  return { before: `${peerMessageStart(from)}null,"stored",`, after: ']' };
}

/** What is left to say of events that cannot be sent. */
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
 * Reads what {@link encodePeerMessage} of this version, an older or a newer one has written. Of events that are not all
 * known here it says how far their streams have moved.
 *
 * @returns `unknown` for what a newer version says and this one cannot understand; `malformed` for what none says.
 */
export function decodePeerMessage(text: string): PeerMessage | 'unknown' | 'malformed' {
  if (text.length > MAX_PEER_MESSAGE_LENGTH) return 'malformed';
  const parts = parse(text);
  if (!Array.isArray(parts)) return 'malformed';
  const [form, from, number, type, ...fields] = parts as readonly unknown[];
  if (isCount(form) && form > FORM) return 'unknown';
  if (form !== FORM || typeof from !== 'string' || !PROCESS_ID.test(from)) return 'malformed';
  if ((number !== null && !isCount(number)) || typeof type !== 'string') return 'malformed';
  const read = READERS.get(type);
  if (read === undefined) return 'unknown';
  const news = read(fields);
  return news === null ? 'malformed' : { from, number, news };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** null for fields that the type does not have. */
type Reader = (fields: readonly unknown[]) => News | null;

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

/** A row that ends behind its version is of an event that was too large to be sent. */
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

import type { AppendRequest, RecordedEvent, StreamId } from '../../../application/ports/event-store.js';
import { invariant } from '../../../domain/invariant.js';
import { eventCodec } from '../../codec/event-codec.js';
import type { StoredRow } from '../../codec/peer-message-codec.js';
import type { Database, Transaction } from '../connection/database.js';
import {
  isConsultationChange,
  isProjectedInBulk,
  project,
  projectChats,
} from '../projections/projections.js';
import { guardsOf } from './append-guards.js';
import type { AppendNotifier } from './append-notifier.js';
import { type AppendStatements, HOLD_RELIED_ON } from './append-statements.js';

/** A request with its rows ready to be stored. It is a copy, so callers may change their objects afterwards. */
export interface PreparedAppend {
  readonly request: AppendRequest;
  readonly rows: readonly IncomingRow[];
  /** How many of its events need statements of their own for the read models. */
  readonly projectedSingly: number;
  /** Whether the batch needs the statement that also updates consultations. */
  readonly hasConsultationChange: boolean;
}

/**
 * A row of `incoming`. It is an array, because field names would cost more to write and to read than the values.
 * Peers are notified of the row as it is, so it begins as the codec's row does.
 */
type IncomingRow = readonly [...stored: StoredRow, key: string | null];

/** Appends to one stream whose expected versions follow each other. They are stored together or not at all. */
export interface Chain {
  readonly streamId: StreamId;
  readonly appends: readonly PreparedAppend[];
}

/**
 * A chain of which nothing was stored. `key` is the idempotency key that had been used before, if that is the reason;
 * `outdated` is the stream that one of its decisions relied on and that has changed, if that is the reason.
 */
export interface RefusedRow {
  readonly stream_id: string;
  readonly key: string | null;
  readonly outdated: string | null;
}

const INTERACTIVE_LIMITS = { maxWait: 2_000, timeout: 3_500 };

/** @throws {InvariantViolation} for an event that has no stored shape. */
export function prepareAppend(request: AppendRequest): PreparedAppend {
  const { streamId, expectedVersion, events, actor, occurredAt, idempotencyKey } = request;
  let projectedSingly = 0;
  let hasConsultationChange = false;
  const rows = events.map((event, index) => {
    if (isConsultationChange(event)) hasConsultationChange = true;
    else if (!isProjectedInBulk(event)) projectedSingly += 1;
    const { type, schemaVersion, data } = eventCodec.encode(event);
    const version = expectedVersion + 1 + index;
    const key = index === 0 ? (idempotencyKey ?? null) : null;
    return [streamId, version, type, schemaVersion, data, actor.kind, actor.id, occurredAt, key] as const;
  });
  const counts = { projectedSingly, hasConsultationChange };
  if (projectedSingly === 0) return { request, rows, ...counts };
  const snapshot = { ...request, events: structuredClone(events), actor: { ...actor } };
  return { request: snapshot, rows, ...counts };
}

/**
 * Stores a batch in one transaction.
 *
 * @param notifier decides whether listeners are notified of what is stored.
 * @returns the chains that were refused.
 * @throws on a unique violation, and when the database does not answer.
 * @throws {InvariantViolation} for a chain whose requests do not follow each other; nothing was sent then.
 */
export function appendBatch(
  database: Database,
  chains: readonly Chain[],
  notifier: AppendNotifier,
): Promise<readonly RefusedRow[]> {
  return notifier.append((statements) => store(database, chains, statements));
}

/** Whether the chain may be stored by `appendContested`. */
export function mayBeContested({ appends }: Chain): boolean {
  return (
    appends.length === 1 &&
    appends.every(({ rows, projectedSingly }) => rows.length === 1 && projectedSingly === 0)
  );
}

/**
 * Stores each chain by itself, except those whose stream another writer is appending to at the same moment.
 *
 * @param chains for which `mayBeContested` is true.
 * @returns the streams of the chains that were not stored, because they were refused or met another writer.
 */
export function appendContested(
  database: Database,
  chains: readonly Chain[],
  notifier: AppendNotifier,
): Promise<readonly string[]> {
  invariant(chains.every(mayBeContested), 'what is passed over is a chain of one row');
  return notifier.append(async ({ ofContested, valuesOf }) => {
    const values = valuesOf(incomingOf(chains), guardsOf(chains));
    const { rows } = await database.pool.query<RefusedRow>({ ...ofContested, values });
    return rows.map((row) => row.stream_id);
  });
}

async function store(
  database: Database,
  chains: readonly Chain[],
  { ofMessages, ofChanges, valuesOf }: AppendStatements,
): Promise<readonly RefusedRow[]> {
  const values = valuesOf(incomingOf(chains), guardsOf(chains));
  if (chains.every(isProjectedInBulkOnly)) {
    const statement = chains.some(hasConsultationChange) ? ofChanges : ofMessages;
    const { rows } = await database.pool.query<RefusedRow>({ ...statement, values });
    return rows;
  }
  const recorded = chains.flatMap((chain) => chain.appends.flatMap(({ request }) => recordsOf(request)));
  const toProject = projectedSingly(recorded);
  const moved = chains.filter(mayBeReliedOn).map(({ streamId }) => streamId);
  return database.$transaction(async (transaction: Transaction) => {
    if (moved.length > 0) await transaction.$queryRawUnsafe(HOLD_RELIED_ON, moved);
    const refused = await transaction.$queryRawUnsafe<RefusedRow[]>(ofChanges.text, ...values);
    const refusedStreams = new Set(refused.map((row) => row.stream_id));
    const stored = toProject.filter(({ streamId }) => !refusedStreams.has(streamId));
    for (const recorded of stored) await project(transaction, recorded);
    const inBulk = stored.filter(({ event }) => isProjectedInBulk(event));
    if (inBulk.length > 0) await projectChats(transaction, inBulk);
    return refused;
  }, INTERACTIVE_LIMITS);
}

/** Decisions on other streams rely on doctors' only. Nobody can have relied on one that begins here. */
function mayBeReliedOn({ streamId, appends: [first] }: Chain): boolean {
  return streamId.startsWith('doctor:') && first !== undefined && first.request.expectedVersion > 0;
}

function isProjectedInBulkOnly({ appends }: Chain): boolean {
  return appends.every((append) => append.projectedSingly === 0);
}

function hasConsultationChange({ appends }: Chain): boolean {
  return appends.some((append) => append.hasConsultationChange);
}

/**
 * All events of each stream that has at least one event to be projected singly. The statements in bulk do not see
 * rows that are made beside them in the same transaction.
 */
function projectedSingly(recorded: readonly RecordedEvent[]): readonly RecordedEvent[] {
  const singly = recorded.filter(({ event }) => !isProjectedInBulk(event) && !isConsultationChange(event));
  const streams = new Set(singly.map(({ streamId }) => streamId));
  return recorded.filter(({ streamId }) => streams.has(streamId));
}

/** The request's events as they are recorded when it is accepted. */
export function recordsOf(request: AppendRequest): RecordedEvent[] {
  const { streamId, expectedVersion, actor, occurredAt } = request;
  return request.events.map((event, index) => ({
    streamId,
    version: expectedVersion + 1 + index,
    event,
    actor,
    occurredAt,
  }));
}

/**
 * The statement takes the lowest version of a chain as the one that the whole chain expects, so a chain must have no
 * gap.
 */
function checkChain({ streamId, appends }: Chain): void {
  let version = appends[0]?.request.expectedVersion;
  invariant(version !== undefined, 'a chain has at least one request');
  for (const { request, rows } of appends) {
    invariant(request.streamId === streamId, 'a chain is of one stream');
    invariant(request.expectedVersion === version, 'the requests of a chain follow each other');
    invariant(rows.length === request.events.length, 'each event has a row');
    version += rows.length;
  }
}

/** All rows of the chains, as the statement reads them. */
function incomingOf(chains: readonly Chain[]): readonly IncomingRow[] {
  const incoming: IncomingRow[] = [];
  for (const chain of chains) {
    checkChain(chain);
    for (const { rows } of chain.appends) incoming.push(...rows);
  }
  return incoming;
}

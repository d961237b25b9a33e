import { type Refusal, refuse } from '../../application/answers/refusal.js';
import type { Logger } from '../../application/ports/logger.js';
import type { Metrics } from '../../application/ports/metrics.js';
import type { Ack } from '../../protocol/wire.js';
import type { AnswerDeadlines } from './answer-deadlines.js';
import { ClientRequest } from './client-request.js';
import type { Connection } from './connection.js';
import type { ClientEvent, Outcome } from './events/client-event.js';
import { CLIENT_EVENTS, isKnownEvent } from './events/client-events.js';
import { createInFlight } from './in-flight.js';
import { cutOff } from './packet-guard.js';
import { serverError, toWireError } from './shapes/wire-error.js';

/** How many requests of one connection may be in flight at the same time. */
export const MAX_IN_FLIGHT_PER_CONNECTION = 1_000;
/** How many requests of all connections together may be in flight at the same time. */
export const MAX_IN_FLIGHT = 20_000;
const RETRY_AFTER_BUSY_MS = 1_000;
const RETRY_AFTER_CLOSING_MS = 1_000;

const UNKNOWN_EVENT = refuse('request.invalid', { field: 'event', reason: 'is not known here' });
/** The content of an answer that nobody hears, because the client has given no callback. */
const UNHEARD = { ok: true } as const;

export interface RequestHandlerDependencies {
  readonly deadlines: AnswerDeadlines;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface RequestHandler {
  /**
   * Reads an event that a client sent, asks the session, and answers once, within the deadline. Never rejects.
   *
   * @param packet the event's name, as the client wrote it, and all that followed it.
   */
  handle(connection: Connection, packet: readonly unknown[]): Promise<void>;
  /** Refuses requests from now on. Resolves when those in flight are answered, or after `limitMs`. */
  close(limitMs: number): Promise<void>;
}

/** Handles every event that clients send, whatever its name. */
export function createRequestHandler(dependencies: RequestHandlerDependencies): RequestHandler {
  const { deadlines, logger, metrics } = dependencies;
  const inFlight = createInFlight();
  let closing = false;
  metrics.gauge('requests_under_way', inFlight.count);

  /** Why the request is refused before it is read; null when it is not refused. */
  function refusalAtTheDoor(connection: Connection): Refusal | null {
    if (closing) return refuse('server.overloaded', { retryAfterMs: RETRY_AFTER_CLOSING_MS });
    const busy = { retryAfterMs: RETRY_AFTER_BUSY_MS };
    if (connection.inFlight >= MAX_IN_FLIGHT_PER_CONNECTION) return refuse('rate.limited', busy);
    if (inFlight.count() >= MAX_IN_FLIGHT) return refuse('server.overloaded', busy);
    return null;
  }

  async function handle(connection: Connection, packet: readonly unknown[]): Promise<void> {
    const name = packet[0];
    const label = isKnownEvent(name) ? name : 'unknown';
    const request = new ClientRequest(connection, packet, label, timedOut);
    const refusal = refusalAtTheDoor(connection);
    if (refusal !== null) {
      metrics.count('requests_refused_busy_total');
      answer(connection, request, refused(request, refusal));
      return;
    }
    deadlines.start(request);
    inFlight.began();
    connection.inFlight += 1;
    try {
      answer(connection, request, await perform(request));
    } catch (error) {
      logger.error('request.failed', error, labelsOf(request));
      answerFailure(request);
    } finally {
      deadlines.settle(request);
      inFlight.ended();
      connection.inFlight -= 1;
    }
  }

  /** Reads the request and asks the session. Rejects only for failures, never for refusals. */
  async function perform(request: ClientRequest): Promise<Ack<object>> {
    if (request.label === 'unknown') return refuseUnreadable(request, UNKNOWN_EVENT);
    const event: ClientEvent = CLIENT_EVENTS[request.label];
    const parsed = event.read(request.payload);
    if (parsed.outcome === 'refused') return refuseUnreadable(request, parsed);
    const answered = await event.ask(parsed.asked, request);
    if (isRefusal(answered)) return refused(request, answered);
    return request.isAwaited ? { ok: true, ...event.toWire(answered, parsed.asked) } : UNHEARD;
  }

  /** Refuses a request that cannot be understood. A client that goes on sending such requests is told to slow down. */
  async function refuseUnreadable(request: ClientRequest, reason: Refusal): Promise<Ack<never>> {
    return refused(request, await request.session.refuseUnreadable(reason));
  }

  function refused(request: ClientRequest, refusal: Refusal): Ack<never> {
    const { label, connectionId } = request;
    logger.debug('request.refused', { request: label, code: refusal.code, connectionId });
    return { ok: false, error: toWireError(refusal, request.clientMessageId) };
  }

  /**
   * Answers the request. A connection that goes on making requests that no rate limits is cut after so many, because
   * refusing them costs about as much as doing what they ask.
   */
  function answer(connection: Connection, request: ClientRequest, content: Ack<object>): void {
    request.answer(content);
    if (isWithinBounds(connection, request, content)) return;
    const { conn, connected, id: connectionId } = connection.socket;
    if (!connected) return;
    logger.warn('connection.flood', { connectionId });
    metrics.count('connections_cut_flood_total');
    cutOff(conn);
  }

  function timedOut(request: ClientRequest): void {
    metrics.count('requests_timed_out_total');
    logger.warn('request.timed_out', labelsOf(request));
    answerFailure(request);
  }

  return {
    handle,
    close: (limitMs) => {
      closing = true;
      return inFlight.settled(limitMs);
    },
  };
}

/** Whether the connection may go on. False if it has made too many requests that no rate counts. */
function isWithinBounds(connection: Connection, { label }: ClientRequest, content: Ack<object>): boolean {
  const { data } = connection.socket;
  const length = data.largeRequestLength ?? 0;
  if (length > 0) data.largeRequestLength = 0;
  return isCounted(label, content, length) || connection.mayAskUnrated(length);
}

/**
 * Whether a rate has counted the request. That rate refuses requests that come too often, so nothing else is needed.
 * No rate counts a leave, or a request from somebody who is not signed in. A rate counts invalid requests, but it would
 * let too many large ones pass.
 */
function isCounted(label: ClientRequest['label'], content: Ack<object>, largeLength: number): boolean {
  if (content.ok) return label === 'unknown' || CLIENT_EVENTS[label].rate !== null;
  const { code } = content.error;
  return (
    code !== 'rate.limited' && code !== 'auth.required' && (code !== 'request.invalid' || largeLength === 0)
  );
}

function isRefusal(answered: Outcome): answered is Refusal {
  return answered.outcome === 'refused';
}

/** The fields by which the log names a request. */
function labelsOf({ label, connectionId }: ClientRequest): { request: string; connectionId: string } {
  return { request: label, connectionId };
}

function answerFailure(request: ClientRequest): void {
  request.answer({ ok: false, error: serverError(request.clientMessageId) });
}

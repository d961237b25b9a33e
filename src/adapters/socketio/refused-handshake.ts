import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusal } from '../../application/answers/refusal.js';
import { SECOND_MS } from '../../domain/instant.js';
import { toWireError } from './shapes/wire-error.js';
import { answerRequest, answerUpgrade } from './upgrade-answers.js';

/** engine.io keeps the response with a request of long polling. An upgrade has none. */
type EngineRequest = IncomingMessage & { readonly res?: ServerResponse | null };

/** Why a request is refused before its connection is looked for. Codes may be added, but are never renamed. */
const DOOR_PROBLEMS = {
  'request.origin_forbidden': [403, 'This may not be asked for from here.'],
  'request.jsonp_forbidden': [400, 'JSONP, the parameter j, is not spoken here.'],
  'server.unavailable': [
    503,
    'This server is about to stop. Another one takes connections, or will in a moment.',
  ],
} as const satisfies Readonly<Record<string, readonly [status: number, sentence: string]>>;

/** The pause that clients are asked to make while the server drains, in ms. By then it is gone or replaced. */
const RETRY_AFTER_MS = 1_000;
const RETRY_AFTER = { 'Retry-After': String(RETRY_AFTER_MS / SECOND_MS) };

export type DoorProblem = keyof typeof DOOR_PROBLEMS;

/** Answers the request. Socket.IO leaves alone a request that has been answered. */
function answer(
  { res: response, socket }: EngineRequest,
  status: number,
  content: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response === undefined || response === null) answerUpgrade(socket, status, content, headers);
  else answerRequest(response, status, content, headers);
}

/**
 * Answers a handshake that gets no connection: status 429, with the refusal as JSON. Socket.IO by itself would answer
 * 403 or 400, and not say when to come back.
 */
export function answerTooMany(request: EngineRequest, refusal: Refusal): void {
  const seconds = Math.ceil((refusal.retryAfterMs ?? 0) / SECOND_MS);
  answer(request, 429, toWireError(refusal), { 'Retry-After': String(seconds) });
}

/** Answers a request that must not reach any connection. */
export function answerAtTheDoor(request: EngineRequest, code: DoorProblem): void {
  const [status, message] = DOOR_PROBLEMS[code];
  if (status !== 503) answer(request, status, { code, message });
  else answer(request, status, { code, message, retryAfterMs: RETRY_AFTER_MS }, RETRY_AFTER);
}

import type { Socket } from 'socket.io-client';
import { expect } from 'vitest';
import { ask, next, type PlainPayload } from './chat-harness.js';

/** The refusal as both ways tell it: in the acknowledgement, and as an `error` event without one. */
export async function refusalOf(socket: Socket, event: string, payload: unknown): Promise<PlainPayload> {
  const answer = await ask(socket, event, payload);
  expect(answer.ok).toBe(false);
  expect(Object.keys(answer).sort()).toEqual(['error', 'ok']);
  const told = next(socket, 'error');
  socket.emit(event, payload);
  expect(await told).toEqual({ ...answer.error, event });
  return answer.error ?? {};
}

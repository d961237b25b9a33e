import type { Socket } from 'socket.io-client';
import { expect } from 'vitest';
import { patiently } from '../support/server-process.js';

export type Payload = Readonly<Record<string, unknown>>;

/** What a plain client finds in an acknowledgement. */
export interface Answer {
  readonly ok: boolean;
  readonly error?: Payload & { readonly code: string; readonly message: string };
  readonly [field: string]: unknown;
}

export interface ReadMessage extends Payload {
  readonly messageId: string;
  readonly seq: number;
  readonly content: string;
  readonly sender: string;
}

/** Senders are promised an answer within this time, in ms. */
export const ANSWER_LIMIT_MS = 5_000;

export async function ask(socket: Socket, event: string, ...parameters: unknown[]): Promise<Answer> {
  return await socket.timeout(2 * ANSWER_LIMIT_MS).emitWithAck(event, ...parameters);
}

export function join(socket: Socket, consultationId: string): Promise<Answer> {
  return ask(socket, 'join_consultation', consultationId);
}

export interface Sending {
  readonly sender?: 'user' | 'doctor';
  readonly clientMessageId?: string;
}

export function send(
  socket: Socket,
  consultationId: string,
  content: string,
  { sender = 'user', ...rest }: Sending = {},
): Promise<Answer> {
  return ask(socket, 'send_message', { consultationId, sender, content, ...rest });
}

/** Everything of that name that arrives from now on. */
export function collect(socket: Socket, event: string): Payload[] {
  const received: Payload[] = [];
  socket.on(event, (payload: Payload) => received.push(payload));
  return received;
}

/** The next of that name. */
export function next(socket: Socket, event: string): Promise<Payload> {
  return new Promise((resolve) => socket.once(event, resolve));
}

/** When it resolves, all that the server sent to this socket before has arrived: a connection keeps its order. */
export async function roundTrip(socket: Socket): Promise<void> {
  await ask(socket, 'leave_consultation', 'nowhere');
}

/** The whole conversation, page by page. */
export async function readAll(socket: Socket, consultationId: string): Promise<ReadMessage[]> {
  const all: ReadMessage[] = [];
  for (;;) {
    const answer = await ask(socket, 'join_consultation', { consultationId, after: all.at(-1)?.seq ?? 0 });
    expect(answer).toMatchObject({ ok: true });
    const page = answer['messages'] as ReadMessage[];
    all.push(...page);
    if (page.length === 0) return all;
  }
}

/** Sends until a message is accepted, as a client does after `server.error`; each try is answered in time. */
export async function sendUntilAccepted(
  socket: Socket,
  consultationId: string,
  content: string,
): Promise<Answer> {
  return patiently(async () => {
    const answer = await send(socket, consultationId, content, { clientMessageId: content });
    expect(answer.ok).toBe(true);
    return answer;
  });
}

/** The same for a join. */
export async function joinUntilAccepted(socket: Socket, consultationId: string): Promise<void> {
  await patiently(async () => expect(await join(socket, consultationId)).toMatchObject({ ok: true }));
}

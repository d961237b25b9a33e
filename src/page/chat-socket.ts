import { io, type Socket } from 'socket.io-client';
import type {
  Ack,
  ClientToServerEvents,
  JoinConsultationAnswer,
  SendMessageAnswer,
  ServerToClientEvents,
} from '../protocol/wire.js';
import type { LoggedEvent } from './event-log.js';

export type ChatSocket = Socket<ServerToClientEvents, ClientToServerEvents>;
/** Hears everything that goes over the wire; it adds the time. */
export type TrafficLog = (direction: LoggedEvent['direction'], event: string, payload: unknown) => void;

interface Answers {
  readonly join_consultation: JoinConsultationAnswer;
  readonly leave_consultation: { readonly consultationId: string };
  readonly send_message: SendMessageAnswer;
}

const longestReconnectDelayMs = 5_000;

/** A connection of its own, that tries again by itself, and whose traffic is logged. */
export function openChatSocket(serverUrl: string, log: TrafficLog): ChatSocket {
  const socket: ChatSocket = io(serverUrl, { forceNew: true, reconnectionDelayMax: longestReconnectDelayMs });
  socket.onAny((event: string, ...payload: unknown[]) => log('in', event, payload[0]));
  socket.onAnyOutgoing((event: string, ...payload: unknown[]) => log('out', event, payload[0]));
  socket.on('connect', () => log('local', 'connect', { socketId: socket.id }));
  socket.on('connect_error', (error) => log('local', 'connect_error', { message: error.message }));
  socket.on('disconnect', (reason) => log('local', 'disconnect', { reason }));
  return socket;
}

/** The acknowledgement; undefined when none came within `timeoutMs` or the connection broke. */
export function ask<Event extends keyof Answers>(
  socket: ChatSocket,
  log: TrafficLog,
  timeoutMs: number,
  event: Event,
  payload: Parameters<ClientToServerEvents[Event]>[0],
): Promise<Ack<Answers[Event]> | undefined> {
  // The library's own types lose a callback that is optional in the event map.
  const plain = socket as unknown as Socket;
  return new Promise((resolve) => {
    plain.timeout(timeoutMs).emit(event, payload, (failed: Error | null, ack: Ack<Answers[Event]>) => {
      log('in', `${event} (ack)`, failed === null ? ack : { noAnswer: failed.message });
      resolve(failed === null ? ack : undefined);
    });
  });
}

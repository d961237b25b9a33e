import type { Broadcaster } from '../../application/ports/broadcaster.js';
import type { Notification } from '../../application/ports/notification.js';
import type { ServerToClientEvents } from '../../protocol/wire.js';
import type { ChatServer, ChatSocket } from './chat-server.js';
import type { ServerEvent } from './notifications/server-event.js';
import { SERVER_EVENTS } from './notifications/server-events.js';
import { sendPlain } from './plain-encoder.js';

/** One connection or one room. Socket.IO encodes a packet once, however many listen. */
interface Audience {
  /** The types of `SERVER_EVENTS` ensure that each event gets its own payload. */
  emit(event: keyof ServerToClientEvents, payload: object): unknown;
}

/** How many connections are made to come back at once, and the pause before the next ones, in ms. */
const RECONNECTED_AT_ONCE = 500;
const RECONNECT_PAUSE_MS = 100;

/** Broadcasts to rooms of Socket.IO, named `consultation:<consultationId>`. */
export function createSocketIoBroadcaster(io: ChatServer): Broadcaster {
  const { adapter } = io.sockets;
  /**
   * The emitters of the rooms that somebody is in. They are kept, because each `io.to` makes half a dozen objects, and
   * every message would call it.
   */
  const speakers = new Map<string, ReturnType<ChatServer['to']>>();
  adapter.on('delete-room', (room: string) => speakers.delete(room));
  const connection = (connectionId: string): ChatSocket | undefined => io.sockets.sockets.get(connectionId);

  function speakerTo(room: string): ReturnType<ChatServer['to']> {
    // A host application may have replaced the adapter since, and then these rooms are not those of the new one.
    if (adapter !== io.sockets.adapter) return io.to(room);
    const known = speakers.get(room);
    if (known !== undefined) return known;
    const speaker = io.to(room);
    if (adapter.rooms.has(room)) speakers.set(room, speaker);
    return speaker;
  }

  return {
    admit: (connectionId, consultationId) => {
      void connection(connectionId)?.join(roomOf(consultationId));
    },
    dismiss: (connectionId, consultationId) => {
      void connection(connectionId)?.leave(roomOf(consultationId));
    },
    publish: (consultationId, notification, except) => {
      const room = speakerTo(roomOf(consultationId));
      emit(except === undefined ? room : room.except(except), notification);
    },
    notify: (connectionId, notification) => {
      const socket = connection(connectionId);
      if (socket !== undefined) emit(socket, notification);
    },
    disconnect: (connectionId) => {
      connection(connectionId)?.disconnect(true);
    },
    reconnectAll: () => closeTransports([...io.sockets.sockets.values()]),
  };
}

/** Clients of Socket.IO come back when their transport is closed, and stay away after a `disconnect` of the server. */
function closeTransports(sockets: readonly ChatSocket[]): void {
  for (const { conn } of sockets.slice(0, RECONNECTED_AT_ONCE)) conn.close();
  const rest = sockets.slice(RECONNECTED_AT_ONCE);
  if (rest.length > 0) setTimeout(() => closeTransports(rest), RECONNECT_PAUSE_MS).unref();
}

function roomOf(consultationId: string): string {
  return `consultation:${consultationId}`;
}

function emit(audience: Audience, notification: Notification): void {
  const name = notification.type === 'refused' ? 'error' : notification.type;
  const event: ServerEvent = SERVER_EVENTS[name];
  sendPlain(event.toWire(notification), (payload) => audience.emit(name, payload));
}

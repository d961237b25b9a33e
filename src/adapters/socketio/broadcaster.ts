import type { Broadcaster } from '../../application/ports/broadcaster.js';
import type { Notification } from '../../application/ports/notification.js';
import type { ChatServer, ChatSocket } from './chat-server.js';
import {
  toWireConsultation,
  toWireDoctorAway,
  toWireDoctorReady,
  toWireMessage,
  toWireMessagesRead,
  toWirePresence,
  toWireTyping,
} from './to-wire.js';
import { toWireError } from './wire-error.js';

/** One connection or one room: Socket.IO encodes a packet once, however many listen. */
type Audience = Pick<ChatSocket, 'emit'>;

/** Rooms of Socket.IO, named `consultation:<consultationId>`. */
export function createSocketIoBroadcaster(io: ChatServer): Broadcaster {
  const { adapter } = io.sockets;
  /** What speaks to a room that somebody is in: each `to` makes half a dozen objects, and there is one for each message. */
  const speakers = new Map<string, ReturnType<ChatServer['to']>>();
  adapter.on('delete-room', (room: string) => speakers.delete(room));
  const connection = (connectionId: string): ChatSocket | undefined => io.sockets.sockets.get(connectionId);

  function speakerTo(room: string): ReturnType<ChatServer['to']> {
    // A host application may have put another adapter in its place, which this one's rooms say nothing about.
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
  };
}

function roomOf(consultationId: string): string {
  return `consultation:${consultationId}`;
}

function emit(audience: Audience, notification: Notification): void {
  switch (notification.type) {
    case 'new_message':
      audience.emit('new_message', toWireMessage(notification.message));
      return;
    case 'doctor_ready':
      audience.emit('doctor_ready', toWireDoctorReady(notification));
      return;
    case 'doctor_away':
      audience.emit('doctor_away', toWireDoctorAway(notification));
      return;
    case 'user_joined':
    case 'user_left':
      audience.emit(notification.type, toWirePresence(notification));
      return;
    case 'typing':
      audience.emit('typing', toWireTyping(notification));
      return;
    case 'messages_read':
      audience.emit('messages_read', toWireMessagesRead(notification));
      return;
    case 'consultation_head': {
      const { consultationId, seq } = notification;
      audience.emit('consultation_head', { consultationId, seq });
      return;
    }
    case 'refused':
      audience.emit('error', toWireError(notification.refusal));
      return;
    case 'consultation_updated':
      audience.emit('consultation_updated', toWireConsultation(notification.consultation));
      return;
  }
}

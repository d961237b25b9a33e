import type { Broadcaster, ConnectionId } from '../../application/ports/broadcaster.js';
import type { Notification } from '../../application/ports/notification.js';

/** A broadcaster that keeps an inbox for each connection. */
export interface RecordingBroadcaster extends Broadcaster {
  /** For tests, in the place of a transport: from now on the connection exists, with an empty inbox. */
  connect(connectionId: ConnectionId): void;
  /** How often everybody was made to come back. Connections stay until the test ends them. */
  readonly reconnects: number;
  /** Removes the connection. Its inbox can still be read. */
  disconnect(connectionId: ConnectionId): void;
  /** Everything that the connection has heard so far, oldest first; a copy. */
  inbox(connectionId: ConnectionId): readonly Notification[];
  /**
   * Empties the inbox.
   *
   * @returns what was in it.
   */
  take(connectionId: ConnectionId): readonly Notification[];
  /** The connections that hear what is published to the consultation; a copy. */
  admitted(consultationId: string): readonly ConnectionId[];
}

export function createRecordingBroadcaster(): RecordingBroadcaster {
  const connected = new Set<ConnectionId>();
  const inboxes = new Map<ConnectionId, Notification[]>();
  const rooms = new Map<string, Set<ConnectionId>>();
  let reconnects = 0;

  function deliver(connectionId: ConnectionId, notification: Notification): void {
    // A copy, as if it had been sent: later changes by the sender are not heard.
    if (connected.has(connectionId)) inboxes.get(connectionId)?.push(structuredClone(notification));
  }

  function dismiss(connectionId: ConnectionId, consultationId: string): void {
    const room = rooms.get(consultationId);
    room?.delete(connectionId);
    if (room?.size === 0) rooms.delete(consultationId);
  }

  return {
    connect: (connectionId) => {
      connected.add(connectionId);
      inboxes.set(connectionId, []);
    },
    disconnect: (connectionId) => {
      connected.delete(connectionId);
      for (const consultationId of [...rooms.keys()]) dismiss(connectionId, consultationId);
    },
    admit: (connectionId, consultationId) => {
      if (!connected.has(connectionId)) return;
      const room = rooms.get(consultationId) ?? new Set();
      rooms.set(consultationId, room.add(connectionId));
    },
    dismiss,
    publish: (consultationId, notification, except) => {
      for (const connectionId of rooms.get(consultationId) ?? []) {
        if (connectionId !== except) deliver(connectionId, notification);
      }
    },
    notify: deliver,
    reconnectAll: () => {
      reconnects += 1;
    },
    get reconnects() {
      return reconnects;
    },
    inbox: (connectionId) => [...(inboxes.get(connectionId) ?? [])],
    take: (connectionId) => inboxes.get(connectionId)?.splice(0) ?? [],
    admitted: (consultationId) => [...(rooms.get(consultationId) ?? [])],
  };
}

import type { Notification } from './notification.js';

/** The transport's name for one live connection, unique while the process lives. */
export type ConnectionId = string;

/** The rooms of live connections. Delivery is at most once; nothing here waits or fails. */
export interface Broadcaster {
  /** From now on the connection hears what is published to the consultation. Unknown connections are ignored. */
  admit(connectionId: ConnectionId, consultationId: string): void;
  dismiss(connectionId: ConnectionId, consultationId: string): void;
  /** Sends to every admitted connection but `except`, in the order of the calls. */
  publish(consultationId: string, notification: Notification, except?: ConnectionId): void;
  /** Sends to one connection. */
  notify(connectionId: ConnectionId, notification: Notification): void;
  /** Ends the connection after everything that was sent to it before; it hears nothing from now on. */
  disconnect(connectionId: ConnectionId): void;
}

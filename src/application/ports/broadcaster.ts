import type { Notification } from './notification.js';

/** The transport's name for one live connection, unique while the process lives. */
export type ConnectionId = string;

/** The rooms of live connections. Delivery is at most once; nothing here waits or fails. */
export interface Broadcaster {
  /** From now on the connection hears what is published to the consultation. Unknown connections are ignored. */
  admit(connectionId: ConnectionId, consultationId: string): void;
  dismiss(connectionId: ConnectionId, consultationId: string): void;
  /** To everybody admitted, in the order of the calls, except one connection if named. */
  publish(consultationId: string, notification: Notification, except?: ConnectionId): void;
  /** To one connection. */
  notify(connectionId: ConnectionId, notification: Notification): void;
  /** Ends the connection, once it has been sent what it was told before; it hears nothing from now on. */
  disconnect(connectionId: ConnectionId): void;
}

import type { Notification } from './notification.js';

/** The transport's name for one live connection, unique while the process lives. */
export type ConnectionId = string;

/** Sends to live connections, singly or in rooms. Delivery is at most once. Nothing here waits or fails. */
export interface Broadcaster {
  /** Lets the connection hear what is published to the consultation from now on. Unknown connections are ignored. */
  admit(connectionId: ConnectionId, consultationId: string): void;
  dismiss(connectionId: ConnectionId, consultationId: string): void;
  /** Sends to every admitted connection except `except`, in the order of the calls. */
  publish(consultationId: string, notification: Notification, except?: ConnectionId): void;
  /** Sends to one connection. */
  notify(connectionId: ConnectionId, notification: Notification): void;
  /** Ends the connection after everything that was sent to it before. It hears nothing from now on. */
  disconnect(connectionId: ConnectionId): void;
  /** Ends every connection that there is, little by little, in a way that makes clients come back by themselves. */
  reconnectAll(): void;
}

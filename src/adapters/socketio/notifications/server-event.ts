import type { z } from 'zod';
import type { Notification } from '../../../application/ports/notification.js';
import type { ServerToClientEvents } from '../../../protocol/wire.js';

type SentEvent = keyof ServerToClientEvents;

/** What tells the application's adapters to send the event: the notification of its name. An `error` is told by a `refused`. */
export type NotificationOf<Event extends SentEvent> = Event extends 'error'
  ? Told<'refused'>
  : Event extends unknown
    ? Told<Event>
    : never;

type Told<Type, Any = Notification> = Any extends { readonly type: infer Types }
  ? Type extends Types
    ? Any
    : never
  : never;

/** Everything that the server knows of an event that it sends. `server-events.ts` lists them all. */
export interface ServerEvent<Event extends SentEvent = SentEvent> {
  /** One sentence for the documentation. */
  readonly summary: string;
  /** The name of the payload's shape in the documentation, as in `src/protocol/wire.ts`. */
  readonly shape: string;
  /** Strict, so that a test sees what is sent without being described; clients ignore what they do not know. With examples. */
  readonly payload: z.ZodType;
  /** The room of the consultation, or the one connection that it concerns. */
  readonly to: 'room' | 'connection';
  toWire(told: NotificationOf<Event>): Parameters<ServerToClientEvents[Event]>[0];
}

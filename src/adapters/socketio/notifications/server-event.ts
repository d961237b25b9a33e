import type { z } from 'zod';
import type { Notification } from '../../../application/ports/notification.js';
import type { ServerToClientEvents } from '../../../protocol/wire.js';

type SentEvent = keyof ServerToClientEvents;

/** The notification of the application that becomes the event: the one of the same name, or `refused` for `error`. */
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
  /**
   * Its schema, with examples. It is strict, so that a test notices a field that is sent without being described.
   * Clients ignore fields that they do not know.
   */
  readonly payload: z.ZodType;
  /** Who receives it: the room of the consultation, or the one connection that it concerns. */
  readonly to: 'room' | 'connection';
  toWire(told: NotificationOf<Event>): Parameters<ServerToClientEvents[Event]>[0];
}

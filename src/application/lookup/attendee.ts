import type { Sender } from '../../domain/consultation/events.js';

/** As whom a connection is present in a consultation. */
export interface Attendee {
  /** The party's id; the connection's own for one that has not said who it is. */
  readonly userId: string;
  readonly sender: Sender | null;
}

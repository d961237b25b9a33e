import type { Sender } from '../../domain/consultation/events.js';

/** As whom a connection is present in a consultation. */
export interface Attendee {
  /** The party's id. For a connection that has not said who it is, the connection's own id. */
  readonly userId: string;
  readonly sender: Sender | null;
}

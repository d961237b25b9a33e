import type { Consultation, Message } from '../protocol/wire.js';

/** What is known of a room before its server has let us in: from another source, and perhaps not the latest. */
export interface FirstLook {
  readonly consultation: Consultation;
  /** The newest, in order, without a gap. */
  readonly messages: readonly Message[];
}

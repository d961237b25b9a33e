import type { Consultation, Message } from '../protocol/wire.js';

/** What is known of a room before its server has let us in. It is from another source, and may be out of date. */
export interface FirstLook {
  readonly consultation: Consultation;
  /** The newest messages, in order and without a gap. */
  readonly messages: readonly Message[];
}

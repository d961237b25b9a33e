import { SECOND_MS } from '../../domain/instant.js';
import type { JoinLimits } from '../conversation/enter-room.js';

/** How long a connection may stay without being used (ms; infinite for ever), and how much it may use at the same time. */
export interface SessionLimits extends JoinLimits {
  /** It has said who it is by then, or is closed. */
  readonly signInWithinMs: number;
  /** From then on, it has asked for a consultation by then, or is closed. */
  readonly joinWithinMs: number;
}

export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  signInWithinMs: 10 * SECOND_MS,
  joinWithinMs: 60 * SECOND_MS,
  maxJoinedConsultations: 100,
};

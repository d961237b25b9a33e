import { MINUTE_MS, SECOND_MS } from '../../domain/instant.js';
import type { JoinLimits } from '../conversation/enter-room.js';

/** How long a connection may stay unused (ms; infinite for no limit), and how much it may use at the same time. */
export interface SessionLimits extends JoinLimits {
  /** A connection that has not said who it is within this time is closed. */
  readonly signInWithinMs: number;
  /** A connection that has not asked for anything within this time after its sign-in is closed. */
  readonly joinWithinMs: number;
}

export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  signInWithinMs: 10 * SECOND_MS,
  joinWithinMs: 60 * SECOND_MS,
  maxJoinedConsultations: 100,
  noticeIntervalMs: MINUTE_MS,
};

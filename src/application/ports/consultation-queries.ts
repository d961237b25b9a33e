import type { Instant } from '../../domain/instant.js';

export interface ConsultationQueries {
  /** Ids of active consultations with `expiresAt <= now`, the longest due first, at most `limit`. */
  dueForExpiry(now: Instant, limit: number): Promise<readonly string[]>;
}

import type { Instant } from '../../domain/instant.js';

export interface DueConsultation {
  readonly consultationId: string;
  readonly expiresAt: Instant;
}

export interface ConsultationQueries {
  /**
   * Active consultations with `expiresAt <= now`, the longest due first, at most `limit`. Ids of one moment have one
   * order, the storage's own. A page begins behind `after`, the last of the page before, whatever has become of that one;
   * null from the start.
   */
  dueForExpiry(
    now: Instant,
    limit: number,
    after: DueConsultation | null,
  ): Promise<readonly DueConsultation[]>;
}

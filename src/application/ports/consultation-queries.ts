import type { Instant } from '../../domain/instant.js';

export interface DueConsultation {
  readonly consultationId: string;
  readonly expiresAt: Instant;
}

export interface ConsultationQueries {
  /**
   * Active consultations with `expiresAt <= now`, the longest due first, at most `limit`. Those due at the same instant
   * are in one stable order, the storage's own. A page begins behind `after`, the last item of the page before,
   * whatever has become of it since; null begins at the start.
   */
  dueForExpiry(
    now: Instant,
    limit: number,
    after: DueConsultation | null,
  ): Promise<readonly DueConsultation[]>;
}

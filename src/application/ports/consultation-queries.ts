import type { Instant } from '../../domain/instant.js';

export interface DueConsultation {
  readonly consultationId: string;
  readonly expiresAt: Instant;
}

export interface ConsultationQueries {
  /**
   * Active consultations with `expiresAt <= now`, the longest due first, at most `limit`. Those that are due at the
   * same instant have a stable order of the storage's own. A page begins after `after`, the last item of the page
   * before, whatever has become of that item since; null begins at the start.
   */
  dueForExpiry(
    now: Instant,
    limit: number,
    after: DueConsultation | null,
  ): Promise<readonly DueConsultation[]>;
}

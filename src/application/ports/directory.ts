import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { Sender } from '../../domain/consultation/events.js';
import type { RegisteredDoctor } from '../../domain/doctor/doctor.js';
import type { Instant } from '../../domain/instant.js';
import type { ConsultationSummary, ConsultationView } from './notification.js';
import type { Versioned } from './state-reader.js';

/**
 * Lists of the people and consultations that exist, a page at a time. Ids have one order, the storage's own, which is
 * the same for every page: a caller who reads on from the last id of each page meets everything once that existed all
 * the time.
 */
export interface Directory {
  /** Doctors with an id behind `after`; from the start when it is null. */
  doctors(after: string | null, limit: number): Promise<readonly Versioned<RegisteredDoctor>[]>;
  patients(after: string | null, limit: number): Promise<readonly Versioned<RegisteredPatient>[]>;
  consultations(
    filter: ConsultationFilter,
    after: string | null,
    limit: number,
  ): Promise<readonly Versioned<ConsultationView>[]>;
  /** Consultations as inboxes show them, in the order that is asked for. */
  summaries(question: SummaryQuestion, limit: number): Promise<readonly Versioned<ConsultationSummary>[]>;
  /** Those of the given consultations that there are, in any order. At most `MAX_PAGE_ITEMS`, each once. */
  summariesOf(consultationIds: readonly string[]): Promise<readonly Versioned<ConsultationSummary>[]>;
}

/**
 * `id`: as in the other lists. `activity`: the last one first. `waiting`: whoever has waited longest first, and behind all
 * who wait the others by their activity.
 */
export type SummaryOrder = 'id' | 'waiting' | 'activity';

/** The place of a consultation in an order. What has moved there meanwhile may be met twice or not at all. */
export type SummaryPlace =
  | { readonly by: 'id'; readonly consultationId: string }
  | { readonly by: 'waiting'; readonly since: Instant; readonly consultationId: string }
  | { readonly by: 'activity'; readonly at: Instant; readonly consultationId: string };

export interface SummaryQuestion {
  /** Names a patient or a doctor unless the order is `id`. */
  readonly filter: ConsultationFilter;
  readonly order: SummaryOrder;
  /** Only those in which this party has messages of the other one to read; null for all. */
  readonly unreadBy: Sender | null;
  /** null for the first page; otherwise a place in the same order. */
  readonly after: SummaryPlace | null;
}

/** Where a consultation stands in an order. */
export function placeOf(order: SummaryOrder, summary: ConsultationSummary): SummaryPlace {
  const { consultationId, waitingSince, lastMessageAt, openedAt } = summary;
  if (order === 'id') return { by: 'id', consultationId };
  if (order === 'waiting' && waitingSince !== null) {
    return { by: 'waiting', since: waitingSince, consultationId };
  }
  return { by: 'activity', at: lastMessageAt ?? openedAt, consultationId };
}

export interface RegisteredPatient {
  readonly patientId: string;
  readonly name: string;
}

/** What is found meets every condition that is not null. */
export interface ConsultationFilter {
  readonly patientId: string | null;
  readonly doctorId: string | null;
  readonly status: ExistingConsultation['status'] | null;
}

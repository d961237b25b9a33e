import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { Sender } from '../../domain/consultation/events.js';
import type { RegisteredDoctor } from '../../domain/doctor/doctor.js';
import type { Instant } from '../../domain/instant.js';
import type { ConsultationSummary, ConsultationView } from './notification.js';
import type { Versioned } from './state-reader.js';

/**
 * Lists the people and consultations that exist, a page at a time. Ids have one order, the storage's own, which is
 * the same for every page. A caller who reads on from the last id of each page therefore meets everything once that
 * existed all the time.
 */
export interface Directory {
  /** Doctors whose id comes after `after`; from the start when it is null. */
  doctors(after: string | null, limit: number): Promise<readonly Versioned<RegisteredDoctor>[]>;
  patients(after: string | null, limit: number): Promise<readonly Versioned<RegisteredPatient>[]>;
  consultations(
    filter: ConsultationFilter,
    after: string | null,
    limit: number,
  ): Promise<readonly Versioned<ConsultationView>[]>;
  /** Consultations as inboxes show them, in the order that is asked for. */
  summaries(question: SummaryQuestion, limit: number): Promise<readonly Versioned<ConsultationSummary>[]>;
  /** Those of the given consultations that exist, in any order. At most `MAX_PAGE_ITEMS` ids may be given, each once. */
  summariesOf(consultationIds: readonly string[]): Promise<readonly Versioned<ConsultationSummary>[]>;
}

/**
 * `id`: as in the other lists. `activity`: the most recent first. `waiting`: those who wait, the longest first, and
 * after them the others by activity.
 */
export type SummaryOrder = 'id' | 'waiting' | 'activity';

/**
 * The place of a consultation in an order. A consultation that changes its place while somebody reads on may be met
 * twice or not at all.
 */
export type SummaryPlace =
  | { readonly by: 'id'; readonly consultationId: string }
  | { readonly by: 'waiting'; readonly since: Instant; readonly consultationId: string }
  | { readonly by: 'activity'; readonly at: Instant; readonly consultationId: string };

export interface SummaryQuestion {
  /** Must name a patient or a doctor, unless the order is `id`. */
  readonly filter: ConsultationFilter;
  readonly order: SummaryOrder;
  /** Only consultations in which this party has unread messages of the other one; null for all. */
  readonly unreadBy: Sender | null;
  /** A place in the same order, after which the page begins; null for the first page. */
  readonly after: SummaryPlace | null;
}

/** The place of a consultation in an order. */
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

/** A consultation has to meet every condition that is not null. */
export interface ConsultationFilter {
  readonly patientId: string | null;
  readonly doctorId: string | null;
  readonly status: ExistingConsultation['status'] | null;
}

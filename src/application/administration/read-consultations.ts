import type { Answer, PageOf, PageRequest } from '../answers/answer.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import { type ConsultationContexts, viewOf } from '../lookup/consultation-context.js';
import { type RecordRead, recordAll } from '../lookup/record-read.js';
import type { Requester } from '../lookup/requester.js';
import type { Reader } from '../ports/access-log.js';
import type { ConsultationFilter, Directory } from '../ports/directory.js';
import type { ConsultationView } from '../ports/notification.js';
import type { ConsultationHandler } from '../streams/stream-handlers.js';
import { createFindRecorded } from './find-recorded.js';
import { readPage } from './page.js';
import { distinctSubjects } from './subjects.js';

/**
 * Consultations, for admins and their two parties; to anybody else they do not exist. What is read stands in the access
 * log before it is answered.
 */
export interface ReadConsultations {
  consultation(by: Requester, consultationId: string): Promise<Answer<ConsultationView> | Refusal>;
  /** A patient and a doctor get their own, whatever the filter. */
  consultations(
    by: Requester,
    filter: ConsultationFilter,
    page: PageRequest,
  ): Promise<PageOf<ConsultationView> | Refusal>;
}

export interface ReadConsultationsDependencies {
  readonly contexts: ConsultationContexts;
  readonly consultations: ConsultationHandler;
  readonly directory: Directory;
  readonly recordRead: RecordRead;
}

export function createReadConsultations(dependencies: ReadConsultationsDependencies): ReadConsultations {
  const { consultations, directory, recordRead } = dependencies;
  const findRecorded = createFindRecorded(dependencies);

  /**
   * A list shows an administrator who is whose patient: an entry for each consultation on it. To a party it shows what is
   * theirs: one entry, about themselves. That there is nothing on it tells something of those whom the question names.
   */
  function withheldFrom(
    by: Requester,
    asked: readonly Reader[],
    shown: readonly ConsultationView[],
  ): Promise<Refusal | null> {
    const action = 'list_consultations';
    if (by.caller.role !== 'admin' || shown.length === 0) {
      return recordAll(
        recordRead,
        by,
        distinctSubjects(asked).map((subject) => ({ action, subject }) as const),
      );
    }
    const readings = shown.map(({ consultationId, patient, doctor }) => {
      const parties = { patient, doctor };
      return { consultationId, parties, action } as const;
    });
    return recordAll(recordRead, by, readings);
  }

  return {
    consultation: async (by, id) => {
      const found = await findRecorded(by, id, 'read_consultation', () => true);
      if (found.outcome === 'refused') return found;
      // The state and the version of one moment.
      const { state, version } = await consultations.versioned(id);
      if (state.status === 'not_opened') return refuse('consultation.not_found');
      return { outcome: 'done', value: viewOf(state, found.context.parties), version };
    },
    consultations: async (by, filter, page) => {
      const { caller } = by;
      if (caller.role === 'anyone') return refuse('auth.forbidden');
      const own = caller.role === 'admin' ? filter : ownOf(filter, caller.role, caller.id);
      const asked = caller.role === 'admin' ? namedIn(filter) : [{ kind: caller.role, id: caller.id }];
      const listed = await readPage(
        page,
        async (after, limit) => (own === null ? [] : directory.consultations(own, after, limit)),
        ({ consultationId }) => consultationId,
      );
      if (listed.outcome === 'refused') return listed;
      const shown = listed.items.map(({ value }) => value);
      return (await withheldFrom(by, asked, shown)) ?? listed;
    },
  };
}

function namedIn({ patientId, doctorId }: ConsultationFilter): readonly Reader[] {
  const patient = patientId === null ? [] : [{ kind: 'patient', id: patientId } as const];
  const doctor = doctorId === null ? [] : [{ kind: 'doctor', id: doctorId } as const];
  return [...patient, ...doctor];
}

/** What a party may see of what the filter asks for; null when that is nothing. */
function ownOf(
  filter: ConsultationFilter,
  role: 'patient' | 'doctor',
  id: string,
): ConsultationFilter | null {
  const field = role === 'patient' ? 'patientId' : 'doctorId';
  const asked = filter[field];
  return asked === null || asked === id ? { ...filter, [field]: id } : null;
}

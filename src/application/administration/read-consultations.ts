import type { Sender } from '../../domain/consultation/events.js';
import type { Answer, PageOf, PageRequest } from '../answers/answer.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import { type ConsultationContexts, viewOf } from '../lookup/consultation-context.js';
import { type RecordRead, recordAll } from '../lookup/record-read.js';
import type { Requester } from '../lookup/requester.js';
import { NO_SUCH_PLACE, placeOfText, placeText } from '../lookup/summary-place.js';
import type { Reader } from '../ports/access-log.js';
import { type ConsultationFilter, type Directory, placeOf, type SummaryOrder } from '../ports/directory.js';
import type { Role } from '../ports/identity.js';
import type { ConsultationSummary, ConsultationView, InboxItem } from '../ports/notification.js';
import type { Versioned } from '../ports/state-reader.js';
import type { Attendance } from '../room/attendance.js';
import { presentParties } from '../room/present-parties.js';
import type { ConsultationHandler } from '../streams/stream-handlers.js';
import { createFindRecorded } from './find-recorded.js';
import { readPage } from './page.js';
import { distinctSubjects } from './subjects.js';

/**
 * Consultations, for administrators and for the two parties. To anybody else they do not exist. The access log has an
 * entry before the answer.
 */
export interface ReadConsultations {
  consultation(by: Requester, consultationId: string): Promise<Answer<ConsultationView> | Refusal>;
  /**
   * Lists consultations as an inbox shows them. Patients and doctors get only their own, whatever the filter says.
   * Administrators have no inbox and therefore no unread messages. Their list may have another order than by id only
   * if the filter names a patient or a doctor.
   */
  consultations(
    by: Requester,
    list: ConsultationList,
    page: PageRequest,
  ): Promise<PageOf<InboxItem> | Refusal>;
}

export interface ConsultationList extends ConsultationFilter {
  /** By id when left out. */
  readonly order?: SummaryOrder;
  /** Only consultations in which the caller has unread messages. */
  readonly isUnread?: boolean;
}

export interface ReadConsultationsDependencies {
  readonly contexts: ConsultationContexts;
  readonly consultations: ConsultationHandler;
  readonly directory: Directory;
  readonly attendance: Pick<Attendance, 'present'>;
  readonly recordRead: RecordRead;
}

export function createReadConsultations(dependencies: ReadConsultationsDependencies): ReadConsultations {
  const { consultations, recordRead } = dependencies;
  const list = createList(dependencies);
  const findRecorded = createFindRecorded(dependencies);

  /**
   * Records what is shown, and returns why it must not be shown; null when it may. To an administrator a list reveals
   * who is whose patient, so each consultation on it makes an entry. A party sees only their own, which makes one
   * entry about themselves. An empty list also reveals something about the people whom the question names, and makes
   * entries about these.
   */
  function recordList(
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
      // The state and the version have to be of the same moment, so both are read again together.
      const { stored: state, storedVersion: version } = await consultations.latest(id);
      if (state.status === 'not_opened') return refuse('consultation.not_found');
      return { outcome: 'done', value: viewOf(state, found.context.parties), version };
    },
    consultations: async (by, filter, page) => {
      const { caller } = by;
      if (caller.role === 'anyone') return refuse('auth.forbidden');
      const invalid = caller.role === 'admin' ? checkList(filter) : null;
      if (invalid !== null) return invalid;
      const own = caller.role === 'admin' ? filter : ownOf(filter, caller.role, caller.id);
      const asked = caller.role === 'admin' ? namedIn(filter) : [{ kind: caller.role, id: caller.id }];
      const listed = await list(own, sideOf(caller.role), page);
      if (listed.outcome === 'refused') return listed;
      const shown = listed.items.map(({ value }) => value);
      return (await recordList(by, asked, shown)) ?? listed;
    },
  };
}

/**
 * Reads a page of the list. `null` in the place of the list makes an empty page, for filters of which the caller may
 * see nothing.
 */
function createList({ directory, attendance }: ReadConsultationsDependencies) {
  return async (
    list: ConsultationList | null,
    side: Sender | null,
    page: PageRequest,
  ): Promise<PageOf<InboxItem> | Refusal> => {
    const { order = 'id', isUnread = false, ...filter } = list ?? NOTHING_ASKED;
    const place = page.after === null ? null : placeOfText(order, page.after);
    if (place === null && page.after !== null) return NO_SUCH_PLACE;
    const question = { filter, order, unreadBy: isUnread ? side : null, after: place };
    const itemOf = ({ state, version }: Versioned<ConsultationSummary>) => {
      const present = presentParties(attendance, state.consultationId);
      return { state: { ...state, side, present }, version };
    };
    return readPage(
      page,
      async (_, limit) => (list === null ? [] : (await directory.summaries(question, limit)).map(itemOf)),
      (item) => placeText(placeOf(order, item)),
    );
  };
}

const NOTHING_ASKED: ConsultationList = { patientId: null, doctorId: null, status: null };

function sideOf(role: Role): Sender | null {
  if (role === 'admin') return null;
  return role === 'patient' ? 'user' : 'doctor';
}

/** Refuses what an administrator cannot ask for; null if there is nothing of the kind. */
function checkList({ patientId, doctorId, order = 'id', isUnread }: ConsultationList): Refusal | null {
  if (isUnread === true) {
    return refuse('request.invalid', { field: 'unread', reason: 'is for patients and doctors' });
  }
  if (order === 'id' || patientId !== null || doctorId !== null) return null;
  return refuse('request.invalid', { field: 'sort', reason: 'goes together with patientId or doctorId' });
}

function namedIn({ patientId, doctorId }: ConsultationFilter): readonly Reader[] {
  const patient = patientId === null ? [] : [{ kind: 'patient', id: patientId } as const];
  const doctor = doctorId === null ? [] : [{ kind: 'doctor', id: doctorId } as const];
  return [...patient, ...doctor];
}

/** The part of the filter that the party may see; null when that is nothing. */
function ownOf(filter: ConsultationList, role: 'patient' | 'doctor', id: string): ConsultationList | null {
  const field = role === 'patient' ? 'patientId' : 'doctorId';
  const asked = filter[field];
  return asked === null || asked === id ? { ...filter, [field]: id } : null;
}

import type { Consultation, Message } from '../protocol/wire.js';
import type { FirstLook } from '../room/first-look.js';
import { consultationInAddress } from './address.js';
import { ask as askServer, type EarlyAnswer, type EarlyAnswers } from './early-answers.js';
import { PATH_OF_LIST, pathsOfRoom } from './first-questions.js';
import type { Hours } from './hours.js';

/** The caller, as the server knows them. */
export interface Me {
  readonly role: 'patient' | 'doctor' | 'admin' | 'anyone';
  readonly id: string | null;
}

export interface Person {
  readonly id: string;
  readonly name: string;
}

/** Thrown when the server refuses a request. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export interface Api {
  /** @throws {Refused} if the token proves nothing; {TypeError} if the server cannot be reached. */
  me(): Promise<Me>;
  /**
   * Gives out the start of a conversation that was asked for before the page's scripts were loaded.
   *
   * @returns null if it was not asked for, or has been given out already.
   */
  firstLook(consultationId: string): Promise<FirstLook> | null;
  /**
   * Whether the caller has other conversations than the one that the address names, as was asked before the page's scripts
   * were loaded. Resolves with false if it was not asked, or if the answer takes long.
   */
  hasOthers(): Promise<boolean>;
  /** Resolves with the name of a person. Callers may ask for their own and for that of every doctor. */
  nameOf(role: 'patient' | 'doctor', id: string): Promise<string>;
  /** @param from epoch ms. */
  hours(doctorId: string, from: number, to: number): Promise<Hours>;
}

/** So long (ms) the page waits for whether a list belongs beside the room, once it knows who is here. */
const LIST_MS = 300;

/** @param token null for none. */
export function createApi(base: string, token: () => string | null, early: EarlyAnswers): Api {
  async function ask<Answer>(path: string): Promise<Answer> {
    return answerOf<Answer>(await (early.take(path, token()) ?? askServer(base, token(), path)));
  }

  return {
    me: () => ask<Me>('me'),
    firstLook(consultationId) {
      const [consultation, messages] = pathsOfRoom(consultationId).map((path) => early.take(path, token()));
      if (consultation === undefined || messages === undefined) return null;
      return Promise.all([consultation, messages]).then(([found, page]) => ({
        consultation: consultationOf(answerOf(found)),
        messages: answerOf<{ readonly messages: readonly Message[] }>(page).messages,
      }));
    },
    async hasOthers() {
      const late = new Promise<undefined>((resolve) => setTimeout(resolve, LIST_MS));
      const answer = await Promise.race([early.take(PATH_OF_LIST, token()), late]).catch(() => undefined);
      const { items = [] } = (answer?.body ?? {}) as { readonly items?: readonly { readonly id: string }[] };
      return items.some(({ id }) => id !== consultationInAddress(base));
    },
    nameOf: async (role, id) => (await ask<Person>(`${role}s/${encodeURIComponent(id)}`)).name,
    async hours(doctorId, from, to) {
      const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
      const { timeZone, intervals } = await ask<{
        readonly timeZone: string;
        readonly intervals: readonly { readonly from: string; readonly to: string }[];
      }>(`doctors/${encodeURIComponent(doctorId)}/availability?${range}`);
      const instants = intervals.map((one) => ({ from: Date.parse(one.from), to: Date.parse(one.to) }));
      return { timeZone, intervals: instants, asked: { from, to } };
    },
  };
}

/** @throws {Refused} */
function answerOf<Answer>({ ok, body }: EarlyAnswer): Answer {
  if (!ok) throw new Refused(String((body as { readonly code?: unknown }).code));
  return body as Answer;
}

/** A consultation as the HTTP API has it. */
type ListedConsultation = Pick<Consultation, 'isActive' | 'status' | 'expiresAt' | 'doctor' | 'readSeq'> & {
  readonly id: string;
  readonly patient: Person;
};

function consultationOf({ id, patient, ...rest }: ListedConsultation): Consultation {
  const { isActive, status, expiresAt, doctor, readSeq } = rest;
  return { consultationId: id, user: patient, isActive, status, expiresAt, doctor, readSeq };
}

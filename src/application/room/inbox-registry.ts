import type { Sender } from '../../domain/consultation/events.js';
import { personKey } from '../lookup/person.js';
import type { ConnectionId } from '../ports/broadcaster.js';
import type { ConsultationSummary } from '../ports/notification.js';

/** How many consultations of one inbox are remembered as shown. Of others, it is told when something happens there. */
export const MAX_SHOWN_CONSULTATIONS = 1_000;

/** A connection that watches somebody's inbox. */
export interface Watch {
  readonly connectionId: ConnectionId;
  readonly side: Sender;
  readonly personId: string;
  /** The consultations that it was shown. */
  readonly shown: Set<string>;
  /** How many answers are under way. Older items in them would arrive after what is told meanwhile. */
  answering: number;
}

/** A consultation that somebody who watches was shown, as it was last told. */
export interface Shown {
  summary: ConsultationSummary;
  present: readonly Sender[];
  /** How many watches were shown it. */
  watches: number;
}

/** Who watches, and what they were shown. */
export interface InboxRegistry {
  find(connectionId: ConnectionId): Watch | undefined;
  add(watch: Watch): void;
  remove(connectionId: ConnectionId): void;
  count(): number;
  all(): Iterable<Watch>;
  /** Those who watch the inbox of one of the two parties. */
  watchersOf(patientId: string, doctorId: string): readonly Watch[];
  /**
   * Whether a change in a consultation of these two may concern somebody who watches: one of them, or another patient
   * who waits for the doctor.
   */
  concerns(patientId: string, doctorId: string): boolean;
  shown(consultationId: string): Shown | undefined;
  /** Notes that the watch was shown the consultation. @returns what others were told of it before, if anything. */
  show(watch: Watch, summary: ConsultationSummary, present: readonly Sender[]): Shown | undefined;
  /** The consultations of a person that somebody was shown. */
  shownOf(side: Sender, personId: string): Iterable<string>;
  everyShown(): Iterable<string>;
}

export function createInboxRegistry(): InboxRegistry {
  const watches = new Map<ConnectionId, Watch>();
  const byPerson = new Map<string, Set<Watch>>();
  const consultations = new Map<string, Shown>();
  const byParty = new Map<string, Set<string>>();

  function keysOf({ patient, doctor }: ConsultationSummary): readonly [string, string] {
    return [personKey('user', patient.id), personKey('doctor', doctor.id)];
  }

  function forget(consultationId: string): void {
    const shown = consultations.get(consultationId);
    if (shown === undefined) return;
    shown.watches -= 1;
    if (shown.watches > 0) return;
    consultations.delete(consultationId);
    for (const key of keysOf(shown.summary)) dropFrom(byParty, key, consultationId);
  }

  return {
    find: (connectionId) => watches.get(connectionId),
    add: (watch) => {
      watches.set(watch.connectionId, watch);
      addTo(byPerson, personKey(watch.side, watch.personId), watch);
    },
    remove: (connectionId) => {
      const watch = watches.get(connectionId);
      if (watch === undefined) return;
      watches.delete(connectionId);
      dropFrom(byPerson, personKey(watch.side, watch.personId), watch);
      for (const consultationId of watch.shown) forget(consultationId);
      watch.shown.clear();
    },
    count: () => watches.size,
    all: () => watches.values(),
    watchersOf: (patientId, doctorId) => [
      ...(byPerson.get(personKey('user', patientId)) ?? []),
      ...(byPerson.get(personKey('doctor', doctorId)) ?? []),
    ],
    concerns: (patientId, doctorId) => {
      const doctor = personKey('doctor', doctorId);
      return byPerson.has(personKey('user', patientId)) || byPerson.has(doctor) || byParty.has(doctor);
    },
    shown: (consultationId) => consultations.get(consultationId),
    show: (watch, summary, present) => {
      const { consultationId } = summary;
      const before = consultations.get(consultationId);
      if (watch.shown.has(consultationId) || watch.shown.size >= MAX_SHOWN_CONSULTATIONS) return before;
      watch.shown.add(consultationId);
      if (before === undefined) {
        consultations.set(consultationId, { summary, present, watches: 1 });
        for (const key of keysOf(summary)) addTo(byParty, key, consultationId);
      } else before.watches += 1;
      return before;
    },
    shownOf: (side, personId) => byParty.get(personKey(side, personId)) ?? [],
    everyShown: () => consultations.keys(),
  };
}

function addTo<Value>(sets: Map<string, Set<Value>>, key: string, value: Value): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(value));
}

function dropFrom<Value>(sets: Map<string, Set<Value>>, key: string, value: Value): void {
  const set = sets.get(key);
  set?.delete(value);
  if (set?.size === 0) sets.delete(key);
}

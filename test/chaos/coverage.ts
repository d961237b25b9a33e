import { groupAttempts } from './checks/attempts.js';
import { type FleetKind, leastEffectsOf } from './faults/kinds.js';
import type { FinalLog, History, Send } from './history.js';

/** What a run did, by names that {@link thresholdsOf} and the closing table use. */
export type Figures = Readonly<Record<string, number>>;

/** A figure and the least that it must be for a run to have shown anything. */
export type Thresholds = Readonly<Record<string, number>>;

/** For two minutes of load on two busy cores; a run that has less shows nothing. */
const OF_LOAD: Thresholds = {
  operations: 500,
  'sends acknowledged': 150,
  'sends refused': 30,
  'sends unknown': 15,
  'unknown and stored': 5,
  'unknown and not stored': 1,
  'repeats answered as such': 10,
  'refused: message.id_conflict': 3,
  'messages stored': 150,
  'times of sending that go back': 1,
  'messages delivered live': 500,
  'messages delivered in pages': 200,
  'read marks stored': 20,
  'devices that stayed, raw': 6,
  'devices that stayed, library': 4,
  'parties that stayed': 6,
  'consultations with messages': 3,
  'refused: consultation.inactive': 3,
  'refused: consultation.expired': 3,
  'refused: doctor.unavailable': 3,
  'refused: request.invalid': 3,
};

/** What a run with so many processes must have done at least. */
export function thresholdsOf(fleet: FleetKind): Thresholds {
  const faults = [...leastEffectsOf(fleet)].map(([kind, least]) => [`fault ${kind}`, least] as const);
  const crossing = fleet.processes === 1 ? {} : { 'live messages from another process': 200 };
  return { ...OF_LOAD, ...crossing, ...Object.fromEntries(faults) };
}

export function figuresOf(history: History, log: FinalLog): Figures {
  const figures = new Map<string, number>();
  const count = (name: string, by = 1): void => {
    figures.set(name, (figures.get(name) ?? 0) + by);
  };
  count('operations', history.sends.length + history.marks.length + history.looks.length);
  countSends(history, log, count);
  for (const { via } of history.deliveries) {
    count(via === 'live' ? 'messages delivered live' : 'messages delivered in pages');
  }
  count('messages shown to people', history.applied.length);
  for (const { outcome } of history.marks) {
    count(`read marks ${outcome.type === 'ok' ? 'answered' : outcome.type}`);
  }
  count('read marks stored', log.readEvents.length);
  const stayed = history.devices.filter((device) => device.stayed);
  for (const { client } of stayed) count(`devices that stayed, ${client}`);
  count('devices', history.devices.length);
  count('parties that stayed', new Set(stayed.map((one) => `${one.consultationId}/${one.sender}`)).size);
  count('consultations with messages', new Set(log.rows.map(({ consultationId }) => consultationId)).size);
  count('messages stored', log.rows.length);
  count('times of sending that go back', timesGoingBack(log));
  for (const { kind, effective } of history.faults) {
    count(effective ? `fault ${kind}` : `fault without effect ${kind}`);
  }
  return Object.fromEntries(figures);
}

/** Only a clock that was stepped back does that: what the clock's faults have come to. */
function timesGoingBack({ rows }: FinalLog): number {
  return rows.filter(({ consultationId, sentAt }, index) => {
    const next = rows[index + 1];
    return next?.consultationId === consultationId && next.sentAt < sentAt;
  }).length;
}

function countSends(history: History, log: FinalLog, count: (name: string) => void): void {
  const attempts = groupAttempts(history);
  const stored = new Set(log.rows.map((row) => attempts.of(row)));
  for (const intended of attempts.intended) {
    for (const attempt of intended.attempts) {
      for (const name of namesOf(attempt, stored.has(intended))) count(name);
    }
  }
}

function namesOf({ outcome }: Send, isStored: boolean): readonly string[] {
  switch (outcome.type) {
    case 'ok':
      return ['sends acknowledged', ...(outcome.duplicate === true ? ['repeats answered as such'] : [])];
    case 'refused':
      return ['sends refused', `refused: ${outcome.code}`];
    case 'unknown':
      return ['sends unknown', isStored ? 'unknown and stored' : 'unknown and not stored'];
  }
}

/** In words, what a run did too little of. */
export function thinSpots(figures: Figures, thresholds: Thresholds): readonly string[] {
  return Object.entries(thresholds)
    .filter(([name, least]) => (figures[name] ?? 0) < least)
    .map(([name, least]) => `${name}: ${figures[name] ?? 0}, at least ${least} are needed`);
}

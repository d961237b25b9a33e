import { createMemoryDirectory } from '../../src/adapters/memory/directory.js';
import { filterOf } from '../../src/application/room/inbox-updates.js';
import { type ConsultationState, isOpenForMessages } from '../../src/domain/consultation/consultation.js';
import type { Sender } from '../../src/domain/consultation/events.js';
import { compileSchedule } from '../../src/domain/schedule/compiled-schedule.js';
import type { Device } from './device.js';
import type { World } from './world.js';

/** Whoever has stayed connected believes what is so, although nobody has asked. */
export function beliefViolations({ log, devices }: World): string[] {
  return devices.flatMap(({ name, consultationId, status, readSeq, present, isConnected }) => {
    if (!isConnected || status === null) return [];
    const { state } = log.consultation(consultationId);
    const found: string[] = [];
    if (status !== state.status) found.push(`${name} believes that ${consultationId} is ${status}`);
    if (state.status !== 'not_opened' && JSON.stringify(readSeq) !== JSON.stringify(state.readSeq))
      found.push(`${name} knows read marks that are not the log's`);
    const others = devices.filter((other) => other.isConnected && other.consultationId === consultationId);
    const people = [...new Set(others.map(({ sender }) => personIn(state, sender)))].sort();
    const believed = [...present].sort();
    if (people.join() !== believed.join()) found.push(`${name} sees ${believed}, there are ${people}`);
    return found;
  });
}

function personIn(state: ConsultationState, sender: Sender): string {
  if (state.status === 'not_opened') return '';
  return sender === 'user' ? state.patientId : state.doctorId;
}

/** Whoever watches an inbox sees there what the log says, and who is present. */
export async function inboxViolations({ log, devices, changedElsewhere }: World): Promise<string[]> {
  // Of these the inboxes are not told, nor of the queue that they change.
  if (changedElsewhere.size > 0) return [];
  const directory = createMemoryDirectory(log);
  const found: string[] = [];
  for (const { name, sender: side, userId: personId, inbox } of devices) {
    if (inbox === null) continue;
    const question = { order: 'activity', unreadBy: null, after: null } as const;
    const page = await directory.summaries({ ...question, filter: filterOf({ side, personId }) }, 50);
    for (const { state: summary } of page) {
      const present = presentIn(devices, summary.consultationId);
      const shown: object = inbox.get(summary.consultationId) ?? {};
      const wrong = differences(shown, { ...summary, side, present });
      if (wrong !== '') found.push(`${name} sees an inbox with ${wrong}`);
    }
  }
  return found;
}

function presentIn(devices: readonly Device[], consultationId: string): readonly Sender[] {
  const isPresent = (party: Sender): boolean =>
    devices.some(
      (device) => device.isConnected && device.consultationId === consultationId && device.sender === party,
    );
  return (['user', 'doctor'] as const).filter(isPresent);
}

function differences(shown: object, actual: object): string {
  return Object.entries(actual)
    .map(([field, value]) => [field, JSON.stringify(Reflect.get(shown, field)), JSON.stringify(value)])
    .filter(([, seen, stored]) => seen !== stored)
    .map(([field, seen, stored]) => `${field} ${seen} instead of ${stored}`)
    .join(', ');
}

/**
 * Nobody sees somebody else type who does not. Whoever stops last of the devices of one person is not told that this
 * person has stopped, and forgets it after a while.
 */
export function typingViolations({ devices }: World): string[] {
  return devices.flatMap(({ name, consultationId, userId: own, typists }) =>
    [...typists]
      .filter((userId) => userId !== own)
      .filter((userId) => !devices.some((other) => other.isTyping && isAs(other, consultationId, userId)))
      .map((userId) => `${name} sees ${userId} type, who does not`),
  );
}

function isAs(device: Device, consultationId: string, userId: string): boolean {
  return device.consultationId === consultationId && device.userId === userId;
}

/** What must hold, too, a tick after the faults have stopped: nobody believes wrongly that the doctor is there, or away. */
export function availabilityViolations({ log, time, devices, changedElsewhere }: World): string[] {
  const now = time.clock.now();
  return devices.flatMap(({ name, consultationId, isDoctorThere }) => {
    const consultation = log.consultation(consultationId).state;
    if (isDoctorThere === null || changedElsewhere.has(consultationId)) return [];
    if (!isOpenForMessages(consultation, now)) return [];
    const doctor = log.doctor('doctor-1').state;
    const isOpen = doctor.status === 'registered' && compileSchedule(doctor.schedule).isOpenAt(now);
    return isOpen === isDoctorThere
      ? []
      : [`${name} believes that the doctor is ${isOpen ? 'away' : 'there'}`];
  });
}

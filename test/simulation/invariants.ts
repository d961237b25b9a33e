import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import {
  type ConsultationState,
  evolve,
  initialConsultation,
  isOpenForMessages,
} from '../../src/domain/consultation/consultation.js';
import type { ConsultationEvent, MessageSent } from '../../src/domain/consultation/events.js';
import { evolve as evolveDoctor, initialDoctor } from '../../src/domain/doctor/doctor.js';
import type { DoctorEvent } from '../../src/domain/doctor/events.js';
import { type CompiledSchedule, compileSchedule } from '../../src/domain/schedule/compiled-schedule.js';
import type { Sending } from './device.js';
import type { World } from './world.js';

/** What must hold at every moment, whatever is still under way. @returns what does not. */
export function violations(world: World): string[] {
  return [
    ...world.consultations.flatMap((id) => logViolations(world.log.stream(`consultation:${id}`))),
    ...world.devices.flatMap(({ complaints }) => complaints),
    ...receivedViolations(world),
    ...acknowledgementViolations(world),
    ...scheduleViolations(world.log.all()),
  ];
}

/** Replays the whole log: no message was stored outside the schedule that there was when it was committed. */
function scheduleViolations(events: readonly RecordedEvent[]): string[] {
  const found: string[] = [];
  let doctor = initialDoctor;
  let schedule: CompiledSchedule | undefined;
  for (const { event, occurredAt, streamId } of events) {
    if (streamId === 'doctor:doctor-1') {
      doctor = evolveDoctor(doctor, event as DoctorEvent);
      schedule = doctor.status === 'registered' ? compileSchedule(doctor.schedule) : undefined;
    } else if (event.type === 'MessageSent' && schedule?.isOpenAt(occurredAt) !== true)
      found.push(`message ${event.data.seq} was stored against the schedule`);
  }
  return found;
}

/** What must hold, too, once the faults have stopped and everybody has had time. */
export function convergenceViolations(world: World): string[] {
  const found: string[] = [];
  for (const { name, consultationId, received, sendings } of world.devices) {
    const stored = world.log.messages(consultationId).length;
    if (received.length !== stored) found.push(`${name} has ${received.length} of ${stored} messages`);
    for (const { clientMessageId, state } of sendings) {
      if (state === 'waiting') found.push(`${clientMessageId} never got an answer`);
    }
  }
  return found;
}

/** Replays the log: every event was legal on what came before it. */
function logViolations(events: readonly RecordedEvent[]): string[] {
  const found: string[] = [];
  const keys = new Set<string>();
  let state: ConsultationState = initialConsultation;
  for (const recorded of events) {
    found.push(...illegal(recorded, state));
    const { event } = recorded;
    if (event.type === 'MessageSent') {
      const key = `${event.data.sender} ${event.data.clientMessageId}`;
      if (keys.has(key)) found.push(`${key} was stored twice`);
      keys.add(key);
    }
    state = evolve(state, event as ConsultationEvent);
  }
  return found;
}

function illegal({ event, occurredAt }: RecordedEvent, before: ConsultationState): string[] {
  if (before.status === 'not_opened') return [];
  if (event.type === 'MessageSent') {
    const { seq } = event.data;
    if (seq !== before.lastSeq + 1) return [`message ${before.lastSeq + 1} of the log has seq ${seq}`];
    if (!isOpenForMessages(before, occurredAt)) return [`message ${seq} was stored in a closed consultation`];
  }
  if (event.type === 'MessagesRead') {
    const { reader, seq } = event.data;
    if (seq <= before.readSeq[reader] || seq > before.lastSeq) return [`a read mark jumped to ${seq}`];
  }
  return [];
}

function receivedViolations({ log, devices }: World): string[] {
  return devices.flatMap(({ name, consultationId, received }) => {
    const stored = log.messages(consultationId);
    return received
      .filter((message, index) => {
        const original = stored[index];
        return (
          message.seq !== index + 1 ||
          original?.messageId !== message.messageId ||
          original.content !== message.content ||
          original.sender !== message.sender
        );
      })
      .map(({ seq }) => `${name} received a message ${seq} that is not the log's`);
  });
}

function acknowledgementViolations({ log, devices, storedLate }: World): string[] {
  return devices.flatMap(({ consultationId, sender, sendings }) => {
    const stored = new Map(
      log
        .stream(`consultation:${consultationId}`)
        .map(({ event }) => event)
        .filter((event): event is MessageSent => event.type === 'MessageSent')
        .filter(({ data }) => data.sender === sender)
        .map(({ data }) => [data.clientMessageId, data]),
    );
    return sendings.flatMap((sending) => {
      // A repeat may have been refused before it was stored: the clock has passed an edge since the first attempt.
      const isBoth = sending.state === 'refused' && storedLate.has(sending.clientMessageId);
      return isBoth ? [] : wrongWith(sending, stored.get(sending.clientMessageId));
    });
  });
}

function wrongWith(sending: Sending, original: MessageSent['data'] | undefined): string[] {
  const { clientMessageId, content, state, seq } = sending;
  if (original === undefined) {
    return state === 'stored' ? [`${clientMessageId} was acknowledged and is not stored`] : [];
  }
  if (state === 'stored' && original.seq !== seq)
    return [`${clientMessageId} was acknowledged with another seq`];
  if (state === 'refused') return [`${clientMessageId} was refused and is stored`];
  return original.content === content.trim() ? [] : [`${clientMessageId} was changed`];
}

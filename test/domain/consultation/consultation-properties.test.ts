import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConsultationCommand } from '../../../src/domain/consultation/commands.js';
import {
  type ConsultationState,
  decide,
  evolve,
  initialConsultation,
  isOpenForMessages,
} from '../../../src/domain/consultation/consultation.js';
import type { ConsultationEvent } from '../../../src/domain/consultation/events.js';
import { consultationCommand } from '../../support/command-arbitraries.js';

const parties = { consultationId: 'consultation-1', patientId: 'patient-1', doctorId: 'doctor-1' };
const command = consultationCommand(parties);
const commands = fc.array(command, { maxLength: 40 });

interface Step {
  readonly command: ConsultationCommand;
  readonly before: ConsultationState;
  readonly events: readonly ConsultationEvent[];
  readonly after: ConsultationState;
}

/** Every command decided on the state that those before it left; what is rejected changes nothing. */
function play(history: readonly ConsultationCommand[]): Step[] {
  let before = initialConsultation;
  return history.map((each) => {
    const decision = decide(each, before);
    const events = decision.outcome === 'accepted' ? decision.events : [];
    const after = events.reduce(evolve, before);
    const step = { command: each, before, events, after };
    before = after;
    return step;
  });
}

function holds(law: (steps: readonly Step[]) => void): void {
  fc.assert(
    fc.property(commands, (history) => law(play(history))),
    { numRuns: 500 },
  );
}

function includes(events: readonly ConsultationEvent[], type: ConsultationEvent['type']): boolean {
  return events.some((event) => event.type === type);
}

function expiryOf(state: ConsultationState): number {
  return state.status === 'not_opened' ? 0 : state.expiresAt;
}

describe('whatever is asked in whatever order', () => {
  test('a decision is accepted or rejected with a code, and never thrown', () =>
    holds((steps) => {
      for (const { command: each, before } of steps) {
        const decision = decide(each, before);
        if (decision.outcome === 'rejected') expect(decision.rejection.code).toMatch(/^[a-z]+\.[a-z_]+$/);
        else expect(Array.isArray(decision.events)).toBe(true);
      }
    }));

  test('deciding changes no state, and the same question has the same answer', () =>
    holds((steps) => {
      for (const { command: each, before } of steps) {
        const copy = structuredClone(before);
        expect(decide(each, before)).toEqual(decide(each, before));
        expect(before).toEqual(copy);
      }
    }));

  test('the fold of the log is the state', () =>
    holds((steps) => {
      const log = steps.flatMap(({ events }) => events);
      expect(log.reduce(evolve, initialConsultation)).toEqual(steps.at(-1)?.after ?? initialConsultation);
    }));

  test('the seq of messages is dense from 1, and the state knows the last', () =>
    holds((steps) => {
      const seqs = steps
        .flatMap(({ events }) => events)
        .flatMap((event) => (event.type === 'MessageSent' ? [event.data.seq] : []));
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
      const last = steps.at(-1)?.after;
      if (last !== undefined && last.status !== 'not_opened') expect(last.lastSeq).toBe(seqs.length);
    }));

  test('a message is accepted exactly when the consultation is open for messages and the doctor is on duty', () =>
    holds((steps) => {
      for (const { command: each, before, events } of steps) {
        if (each.type !== 'SendMessage') continue;
        const mayPass = isOpenForMessages(before, each.now) && each.doctorIsAvailable;
        expect(events.length).toBe(mayPass ? 1 : 0);
      }
    }));

  test('a message is stored as it was handed in', () =>
    holds((steps) => {
      for (const { command: each, events } of steps) {
        for (const event of events) {
          if (event.type !== 'MessageSent' || each.type !== 'SendMessage') continue;
          const { messageId, sender, content, clientMessageId } = each;
          expect(event.data).toMatchObject({ messageId, sender, content, clientMessageId });
        }
      }
    }));

  test('an extension moves the end further away, and nothing else does but a reopening', () =>
    holds((steps) => {
      for (const { before, events, after } of steps) {
        if (includes(events, 'ConsultationOpened') || includes(events, 'ConsultationReopened')) continue;
        const moved = expiryOf(after) - expiryOf(before);
        expect(Math.sign(moved)).toBe(includes(events, 'ConsultationExtended') ? 1 : 0);
      }
    }));

  test('what is accepted leaves a consultation open only until after the moment of the command', () =>
    holds((steps) => {
      for (const { command: each, events, after } of steps) {
        const [event] = events;
        const activates = event?.type === 'ConsultationOpened' || event?.type === 'ConsultationReopened';
        if (activates) expect(isOpenForMessages(after, each.now)).toBe(true);
      }
    }));

  test('read marks only rise, and never beyond the last message', () =>
    holds((steps) => {
      for (const { before, after } of steps) {
        if (before.status === 'not_opened' || after.status === 'not_opened') continue;
        for (const reader of ['user', 'doctor'] as const) {
          expect(after.readSeq[reader]).toBeGreaterThanOrEqual(before.readSeq[reader]);
          expect(after.readSeq[reader]).toBeLessThanOrEqual(after.lastSeq);
        }
      }
    }));

  test('a consultation is opened once, and its parties stay', () =>
    holds((steps) => {
      const openings = steps
        .flatMap(({ events }) => events)
        .filter(({ type }) => type === 'ConsultationOpened');
      expect(openings.length).toBeLessThanOrEqual(1);
      for (const { after } of steps) if (after.status !== 'not_opened') expect(after).toMatchObject(parties);
    }));

  test('expiring twice is expiring once', () =>
    holds((steps) => {
      for (const { command: each, after } of steps) {
        if (each.type !== 'ExpireConsultation' || after.status !== 'expired') continue;
        expect(decide(each, after)).toEqual({ outcome: 'accepted', events: [] });
      }
    }));
});

test('any events at all fold into a state that any command can be decided on', () => {
  const anyEvents = fc
    .array(commands, { maxLength: 3 })
    .map((histories) => histories.flatMap((history) => play(history).flatMap(({ events }) => events)))
    .chain((events) => fc.shuffledSubarray(events));
  fc.assert(
    fc.property(anyEvents, command, (events, each) => {
      const state = events.reduce(evolve, initialConsultation);
      expect(() => decide(each, state)).not.toThrow();
    }),
  );
});

import { describe, expect, test } from 'vitest';
import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../src/adapters/memory/metrics.js';
import { NO_PEERS } from '../../../src/adapters/memory/peers.js';
import { createRecordingBroadcaster } from '../../../src/adapters/memory/recording-broadcaster.js';
import { createVirtualTime } from '../../../src/adapters/memory/virtual-time.js';
import { createPeerSender } from '../../../src/application/peers/peer-sender.js';
import { createPeopleElsewhere } from '../../../src/application/peers/people-elsewhere.js';
import type { Identity } from '../../../src/application/ports/identity.js';
import { createAttendance } from '../../../src/application/room/attendance.js';
import { createLeaveConsultation } from '../../../src/application/room/leaving.js';
import { createTyping } from '../../../src/application/room/typing.js';
import { createEnding } from '../../../src/application/sessions/ending.js';
import { requestBegins, requestEnds, settled } from '../../../src/application/sessions/in-flight.js';
import { DEFAULT_SESSION_LIMITS } from '../../../src/application/sessions/session-limits.js';
import type { SessionState } from '../../../src/application/sessions/session-state.js';
import { createSignIn } from '../../../src/application/sessions/sign-in.js';
import { SECOND_MS } from '../../../src/domain/instant.js';
import { InvariantViolation } from '../../../src/domain/invariant.js';
import { openState } from '../../support/clinic.js';

const START = Date.parse('2026-03-02T10:00:00.000Z');
const DOCTOR: Identity = { caller: { role: 'doctor', id: 'doctor-1' }, expiresAt: null };
const PATIENT: Identity = { caller: { role: 'patient', id: 'patient-1' }, expiresAt: null };
const CREDENTIALS = { channel: 'socket', token: 'token', headers: {} } as const;

/** The parts of which sessions are made, over what is live in memory; every sign-in turns out to be the doctor's. */
function setUp() {
  const logger = createRecordingLogger();
  const errors = () => logger.entries.map(({ error }) => error);
  const time = createVirtualTime(START, { logger });
  const peerSender = createPeerSender(NO_PEERS);
  const attendance = createAttendance({ elsewhere: createPeopleElsewhere(), peerSender });
  const unwatchInbox = () => {};
  const live = { ...time, unwatchInbox, attendance, peerSender, broadcaster: createRecordingBroadcaster() };
  const leaving = createLeaveConsultation({ ...live, typing: createTyping(live), noteLeave: () => {} });
  const ending = createEnding({ ...live, leaving });
  const signIn = createSignIn({
    ...live,
    logger,
    metrics: createRecordingMetrics(),
    leaving,
    ending,
    limits: DEFAULT_SESSION_LIMITS,
    authenticator: { authenticate: async () => ({ outcome: 'authenticated', identity: DOCTOR }) },
    asking: { tooOften: async () => null },
  });
  return { errors, time, attendance, ending, signIn };
}

function arrived(): SessionState {
  return {
    connectionId: 'c',
    stage: 'arrived',
    by: null,
    expiresAt: null,
    countedAs: null,
    signingIn: null,
    inFlight: 0,
    whenSettled: null,
    deadline: null,
    idleAt: START + SECOND_MS,
  };
}

describe('the requests in flight', () => {
  test('hold up a sign-in until the last of them has ended', async () => {
    const state = arrived();
    requestBegins(state);
    requestBegins(state);
    let isSettled = false;
    const waiting = settled(state).then(() => {
      isSettled = true;
    });
    requestEnds(state);
    await new Promise(setImmediate);
    expect(isSettled).toBe(false);
    requestEnds(state);
    await waiting;
    expect(state).toMatchObject({ inFlight: 0, whenSettled: null });
  });

  test('are never fewer than none', () => {
    const state = arrived();
    expect(() => requestEnds(state)).toThrow(InvariantViolation);
    expect(state.inFlight).toBe(0);
  });

  test('are waited for by one sign-in at a time', async () => {
    const state = arrived();
    requestBegins(state);
    const first = settled(state);
    await expect(settled(state)).rejects.toThrow(InvariantViolation);
    requestEnds(state);
    await first;
  });
});

describe('a connection that has ended', () => {
  test('has no deadline any more, and ends no second time', async () => {
    const { ending, errors, time } = setUp();
    const state = arrived();
    ending.watch(state);
    ending.end(state);
    ending.end(state);
    ending.watch(state);
    await time.advance(2 * SECOND_MS);
    expect([state.deadline, errors()]).toEqual([null, []]);

    const planted = arrived();
    ending.watch(planted);
    planted.stage = 'ended';
    await time.advance(2 * SECOND_MS);
    expect(errors()).toEqual([expect.any(InvariantViolation)]);
  });

  test('becomes nobody', () => {
    const { signIn } = setUp();
    const state: SessionState = { ...arrived(), stage: 'ended' };
    expect(() => signIn.setIdentity(state, DOCTOR)).toThrow(InvariantViolation);
    expect(state.by).toBeNull();
  });

  test('is not connected again by a sign-in that waited for its requests', async () => {
    const { signIn, ending, attendance } = setUp();
    const state = arrived();
    attendance.connect(state.connectionId);
    signIn.setIdentity(state, PATIENT);
    requestBegins(state);
    const answer = signIn.signInAgain(state, CREDENTIALS);
    await new Promise(setImmediate);
    ending.end(state);
    requestEnds(state);
    expect(await answer).toEqual({ outcome: 'refused', code: 'auth.required' });
    const attendee = { userId: 'doctor-1', sender: 'doctor' } as const;
    expect(attendance.join(state.connectionId, openState('consultation-1'), attendee)).toBe('nothing');
  });
});

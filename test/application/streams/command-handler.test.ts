import { describe, expect, test } from 'vitest';
import { createMemoryEventStore } from '../../../src/adapters/memory/event-store.js';
import { createMemoryLog, type MemoryLog } from '../../../src/adapters/memory/memory-log.js';
import { NO_PEERS } from '../../../src/adapters/memory/peers.js';
import { createMemoryStateReader } from '../../../src/adapters/memory/state-reader.js';
import { createVirtualTime } from '../../../src/adapters/memory/virtual-time.js';
import type { AppendRequest } from '../../../src/application/ports/event-store.js';
import type { CommandOutcome } from '../../../src/application/streams/command.js';
import { createCommandHandler } from '../../../src/application/streams/command-handler.js';
import { MAX_ATTEMPTS } from '../../../src/application/streams/retry-conflicts.js';
import type { ConsultationCommand } from '../../../src/domain/consultation/commands.js';
import { type ConsultationState, decide, evolve } from '../../../src/domain/consultation/consultation.js';
import type { ConsultationEvent } from '../../../src/domain/consultation/events.js';
import { DAY_MS } from '../../../src/domain/instant.js';
import { InvariantViolation } from '../../../src/domain/invariant.js';
import { ADMIN_ACTOR } from '../../support/clinic.js';
import { createFaultyEventStore, StoreFailure, settled } from '../../support/faulty-event-store.js';

const NOW = Date.parse('2026-03-02T10:00:00.000Z');

interface SetUpOptions {
  readonly maxCached?: number;
  readonly hasPeers?: boolean;
  /** Of another process. */
  readonly log?: MemoryLog;
}

function setUp({ maxCached = 10, hasPeers = false, log = createMemoryLog() }: SetUpOptions = {}) {
  const stateReader = createMemoryStateReader(log);
  const faulty = createFaultyEventStore(createMemoryEventStore(log));
  const loads: string[] = [];
  const { clock } = createVirtualTime(NOW);
  const handler = createCommandHandler<ConsultationState, ConsultationEvent>({
    category: 'consultation',
    evolve,
    load: (id) => {
      loads.push(id);
      return stateReader.consultation(id);
    },
    eventStore: faulty.eventStore,
    peers: { ...NO_PEERS, mayHaveStored: () => hasPeers },
    tellStored: () => {},
    tellDoubt: () => {},
    clock,
    maxCached,
  });
  const handle = (command: Omit<ConsultationCommand, 'now'>, id = 'c-1', idempotencyKey?: string) =>
    handler.handle({
      id,
      actor: ADMIN_ACTOR,
      decide: (state, now) => decide({ ...command, now } as ConsultationCommand, state),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
  const handleAt = (ifVersion: number | null, command: Omit<ConsultationCommand, 'now'>) =>
    handler.handleAt(ifVersion, {
      id: 'c-1',
      actor: ADMIN_ACTOR,
      decide: (state, now) => decide({ ...command, now } as ConsultationCommand, state),
    });
  return { log, faulty, loads, handler, handle, handleAt, outside: createMemoryEventStore(log) };
}

type SetUp = ReturnType<typeof setUp>;

const open = (id = 'c-1', expiresAt = NOW + DAY_MS) => ({
  type: 'OpenConsultation' as const,
  consultationId: id,
  patientId: 'patient-1',
  doctorId: 'doctor-1',
  expiresAt,
});
const end = { type: 'EndConsultation' as const };
const reopen = { type: 'ReopenConsultation' as const, expiresAt: NOW + DAY_MS };
const readFirst = { type: 'MarkRead' as const, reader: 'doctor' as const, seq: 1 };
let messages = 0;
function say(content: string) {
  messages += 1;
  const common = { sender: 'user', clientMessageId: null, doctorIsAvailable: true } as const;
  return { type: 'SendMessage' as const, messageId: `m-${messages}`, content, ...common };
}
function extend(expiresAt: number) {
  return { type: 'ExtendConsultation' as const, expiresAt };
}

/** The same request, as it reaches the database of which nobody here hears any more. */
function withoutDecisionChain({ decisionChain: _, ...request }: AppendRequest): AppendRequest {
  return request;
}

/** Another process extends the consultation. */
async function interfere({ outside, log }: SetUp, id = 'c-1'): Promise<void> {
  const expectedVersion = log.stream(`consultation:${id}`).length;
  const { outcome } = await outside.append({
    streamId: `consultation:${id}`,
    expectedVersion,
    events: [{ type: 'ConsultationExtended', data: { consultationId: id, expiresAt: NOW + 2 * DAY_MS } }],
    actor: ADMIN_ACTOR,
    occurredAt: NOW,
  });
  expect(outcome).toBe('appended');
}

function contents({ log }: SetUp): string[] {
  return log.messages('c-1').map(({ content }) => content);
}

function seqOf(outcome: CommandOutcome<ConsultationState, ConsultationEvent, unknown>): number | string {
  const event = outcome.outcome === 'accepted' ? outcome.events[0]?.event : undefined;
  return event?.type === 'MessageSent' ? event.data.seq : outcome.outcome;
}

describe('a command', () => {
  test('is decided, stored, and answered with the state and the recorded events', async () => {
    const it = setUp();
    const outcome = await it.handle(open());
    expect(outcome).toMatchObject({
      outcome: 'accepted',
      state: { status: 'open', lastSeq: 0 },
      events: [{ streamId: 'consultation:c-1', version: 1, actor: ADMIN_ACTOR, occurredAt: NOW }],
    });
    expect(await it.handler.current('c-1')).toMatchObject({ status: 'open' });
    expect(it.handler.cachedState('c-1')).toMatchObject({ status: 'open' });
  });

  test('that is rejected stores nothing', async () => {
    const it = setUp();
    expect(await it.handle(end)).toMatchObject({ rejection: { code: 'consultation.not_found' } });
    expect(it.faulty.appends).toHaveLength(0);
  });

  test('that changes nothing stores nothing', async () => {
    const it = setUp();
    await it.handle(open());
    await it.handle(end);
    const outcome = await it.handle({ type: 'ExpireConsultation' });
    expect(outcome).toMatchObject({ outcome: 'accepted', state: { status: 'ended' }, events: [] });
  });

  test('is decided on what is in memory, without a read', async () => {
    const it = setUp();
    await it.handle(open());
    for (const content of ['a', 'b', 'c']) await it.handle(say(content));
    expect(it.loads).toEqual(['c-1']);
  });

  test('for an id that does not exist leaves nothing in memory', async () => {
    const it = setUp();
    await it.handler.current('nowhere');
    await it.handle(end, 'nowhere');
    expect(it.loads).toEqual(['nowhere', 'nowhere']);
    expect(it.handler.cachedState('nowhere')).toBeUndefined();
  });

  test('that meets others while the state is read shares the read', async () => {
    const it = setUp();
    await Promise.all([it.handler.current('c-1'), it.handler.current('c-1'), it.handle(open())]);
    expect(it.loads).toEqual(['c-1']);
  });

  test('is decided on a fresh read once its state was pushed out of memory', async () => {
    const it = setUp({ maxCached: 1 });
    await it.handle(open('c-1'), 'c-1');
    await it.handle(open('c-2'), 'c-2');
    expect(it.handler.cachedState('c-1')).toBeUndefined();
    expect(seqOf(await it.handle(say('a')))).toBe(1);
    expect(it.loads).toEqual(['c-1', 'c-2', 'c-1']);
  });
});

describe('commands to one stream', () => {
  test('need not wait for one another, and are stored in the order of their decisions', async () => {
    const it = setUp();
    await it.handle(open());
    it.faulty.hold();
    const sends = ['a', 'b', 'c'].map((content) => it.handle(say(content)));
    await settled();
    expect(it.faulty.appends.slice(1).map(({ expectedVersion }) => expectedVersion)).toEqual([1, 2, 3]);
    expect(it.handler.cachedState('c-1')).toMatchObject({ lastSeq: 0 });
    it.faulty.release();
    expect((await Promise.all(sends)).map(seqOf)).toEqual([1, 2, 3]);
    expect(contents(it)).toEqual(['a', 'b', 'c']);
    expect(it.handler.cachedState('c-1')).toMatchObject({ lastSeq: 3 });
  });

  test('show nothing of what is not stored yet', async () => {
    const it = setUp();
    await it.handle(open());
    it.faulty.hold();
    const ending = it.handle(end);
    await settled();
    expect(await it.handler.current('c-1')).toMatchObject({ status: 'open' });
    it.faulty.release();
    await ending;
    expect(await it.handler.current('c-1')).toMatchObject({ status: 'ended' });
  });

  test('show the last of what is stored when the answers overtake each other', async () => {
    const it = setUp();
    await it.handle(open());
    let tellFirst = (): void => {};
    const firstIsTold = new Promise<void>((resolve) => {
      tellFirst = resolve;
    });
    const { append } = it.faulty.eventStore;
    let appends = 0;
    Object.assign(it.faulty.eventStore, {
      append: async (request: AppendRequest) => {
        appends += 1;
        const isFirst = appends === 1;
        const outcome = await append(request);
        if (isFirst) await firstIsTold;
        return outcome;
      },
    });
    const first = it.handle(say('a'));
    await it.handle(say('b'));
    tellFirst();
    await first;
    expect(await it.handler.current('c-1')).toMatchObject({ lastSeq: 2 });
  });

  test('are decided anew when another process was faster', async () => {
    const it = setUp();
    await it.handle(open());
    await it.handle(say('a'));
    await interfere(it);
    const sends = await Promise.all(['b', 'c', 'd'].map((content) => it.handle(say(content))));
    expect(sends.map(seqOf)).toEqual([2, 3, 4]);
    expect(contents(it)).toEqual(['a', 'b', 'c', 'd']);
    expect(it.loads).toHaveLength(2);
    expect(await it.handler.current('c-1')).toMatchObject({ expiresAt: NOW + 2 * DAY_MS, lastSeq: 4 });
  });

  test('build on nothing that failed', async () => {
    const it = setUp();
    await it.handle(open());
    it.faulty.hold();
    it.faulty.failNext('not stored');
    const sends = ['lost', 'b', 'c'].map((content) => it.handle(say(content)));
    await settled();
    it.faulty.release();
    const [lost, ...others] = await Promise.allSettled(sends);
    expect(lost).toMatchObject({ status: 'rejected', reason: expect.any(StoreFailure) });
    expect(others.map((each) => (each.status === 'fulfilled' ? seqOf(each.value) : each.reason))).toEqual([
      1, 2,
    ]);
    expect(contents(it)).toEqual(['b', 'c']);
  });

  test('go on after an append that was stored and whose answer got lost', async () => {
    const it = setUp();
    await it.handle(open());
    it.faulty.failNext('stored');
    await expect(it.handle(say('a'))).rejects.toThrow(StoreFailure);
    expect(seqOf(await it.handle(say('b')))).toBe(2);
    expect(contents(it)).toEqual(['a', 'b']);
  });

  test('see what is stored only after its failure was told and the state was read again', async () => {
    const it = setUp();
    await it.handle(open());
    it.faulty.failNext('not stored');
    await expect(it.handle(say('late'))).rejects.toThrow(StoreFailure);
    expect(await it.handler.current('c-1')).toMatchObject({ lastSeq: 0 });
    const [late] = it.faulty.appends.slice(-1);
    if (late !== undefined) await it.outside.append(withoutDecisionChain(late));
    expect(it.handler.cachedState('c-1')).toBeUndefined();
    expect(await it.handle(readFirst)).toMatchObject({
      outcome: 'accepted',
    });
    const loads = it.loads.length;
    expect(it.handler.cachedState('c-1')).toMatchObject({ lastSeq: 1 });
    expect(await it.handle(end)).toMatchObject({ outcome: 'accepted' });
    expect(it.loads).toHaveLength(loads);
  });

  test('see what was under way when their state was pushed out of memory', async () => {
    const it = setUp({ maxCached: 1 });
    await it.handle(open());
    await it.handle(open('c-2'), 'c-2');
    await it.handler.current('c-1');
    it.faulty.hold();
    const sending = it.handle(say('a'));
    await settled();
    await it.handler.current('c-2');
    expect(await it.handler.current('c-1')).toMatchObject({ lastSeq: 0 });
    it.faulty.release();
    await sending;
    expect(await it.handler.current('c-1')).toMatchObject({ lastSeq: 1 });
    expect(await it.handle(readFirst)).toMatchObject({
      outcome: 'accepted',
    });
  });

  test('are not refused for what was never stored', async () => {
    const it = setUp();
    await it.handle(open());
    it.faulty.hold();
    it.faulty.failNext('not stored');
    const ending = it.handle(end);
    const sending = it.handle(say('a'));
    await settled();
    it.faulty.release();
    await expect(ending).rejects.toThrow(StoreFailure);
    expect(seqOf(await sending)).toBe(1);
  });

  test('are refused for what is being stored, once it is', async () => {
    const it = setUp();
    await it.handle(open());
    it.faulty.hold();
    const ending = it.handle(end);
    let answered = false;
    const sending = it.handle(say('a')).finally(() => {
      answered = true;
    });
    const expiring = it.handle({ type: 'ExpireConsultation' });
    await settled();
    expect(answered).toBe(false);
    it.faulty.release();
    await ending;
    expect(await sending).toMatchObject({ rejection: { code: 'consultation.inactive' } });
    expect(await expiring).toMatchObject({ outcome: 'accepted', state: { status: 'ended' }, events: [] });
  });

  test('let one of two creators win', async () => {
    const it = setUp();
    const outcomes = await Promise.all([it.handle(open()), it.handle(open())]);
    expect(outcomes[0]).toMatchObject({ outcome: 'accepted' });
    expect(outcomes[1]).toMatchObject({ rejection: { code: 'consultation.already_exists' } });
  });

  test('give up as overloaded when others always win', async () => {
    const it = setUp();
    await it.handle(open());
    const handler = it.handler.handle({
      id: 'c-1',
      actor: ADMIN_ACTOR,
      decide: (state, now) => {
        // Between each decision and its append somebody else appends.
        void interfere(it);
        return decide({ ...say('a'), now }, state);
      },
    });
    expect(await handler).toEqual({ outcome: 'overloaded', retryAfterMs: expect.any(Number) });
    expect(it.faulty.appends).toHaveLength(1 + MAX_ATTEMPTS);
    expect(contents(it)).toEqual([]);
  });

  test('pass on that the store has no room, and go on afterwards', async () => {
    const it = setUp();
    await it.handle(open());
    it.faulty.overloadNext(700);
    const outcomes = await Promise.all([it.handle(say('a')), it.handle(say('b'))]);
    expect(outcomes[0]).toEqual({ outcome: 'overloaded', retryAfterMs: 700 });
    expect(outcomes.map(seqOf)).toEqual(['overloaded', 1]);
  });

  test('trust no store that answers with something else than it was given, and read anew', async () => {
    const it = setUp();
    await it.handle(open());
    const { append } = it.faulty.eventStore;
    const answerWithNothing = async (request: AppendRequest) => {
      Object.assign(it.faulty.eventStore, { append });
      return { ...(await append(request)), events: [] };
    };
    Object.assign(it.faulty.eventStore, { append: answerWithNothing });
    const loads = it.loads.length;
    await expect(it.handle(say('a'))).rejects.toThrow(InvariantViolation);
    expect(it.handler.cachedState('c-1')).toBeUndefined();
    expect(seqOf(await it.handle(say('b')))).toBe(2);
    expect(it.loads).toHaveLength(loads + 1);
  });

  test('do not hold up those to another', async () => {
    const it = setUp();
    await it.handle(open('c-1'), 'c-1');
    await it.handle(open('c-2'), 'c-2');
    it.faulty.hold();
    const held = it.handle(extend(NOW + 3 * DAY_MS), 'c-1');
    await settled();
    expect(await it.handle({ type: 'ExpireConsultation' }, 'c-2')).toMatchObject({ outcome: 'rejected' });
    it.faulty.release();
    await held;
  });
});

describe('a command at a version', () => {
  test('is decided at that one, and answered with the version that it has reached', async () => {
    const it = setUp();
    await it.handle(open());
    await it.handle(say('a'));
    expect(await it.handler.latest('c-1')).toMatchObject({ stored: { lastSeq: 1 }, storedVersion: 2 });
    expect(await it.handleAt(2, say('b'))).toMatchObject({ outcome: 'accepted', version: 3 });
    expect(await it.handleAt(3, { type: 'ExpireConsultation' })).toMatchObject({ outcome: 'rejected' });
    expect(await it.handleAt(null, end)).toMatchObject({ outcome: 'accepted', version: 4 });
    const nothing = await it.handleAt(4, { type: 'ExpireConsultation' });
    expect(nothing).toMatchObject({
      outcome: 'accepted',
      state: { status: 'ended' },
      version: 4,
      events: [],
    });
  });

  test.each([0, 1, 3])('is not decided at another one: %i', async (ifVersion) => {
    const it = setUp();
    await it.handle(open());
    await it.handle(say('a'));
    expect(await it.handleAt(ifVersion, end)).toEqual({ outcome: 'version_mismatch', version: 2 });
    expect(it.faulty.appends).toHaveLength(2);
  });

  test('says that there is no such stream', async () => {
    const it = setUp();
    expect(await it.handleAt(1, end)).toEqual({ outcome: 'version_mismatch', version: 0 });
    const { stored, storedVersion } = await it.handler.latest('c-1');
    expect({ state: stored, version: storedVersion }).toEqual({
      state: { status: 'not_opened' },
      version: 0,
    });
  });

  test('is told what has overtaken it once that is stored, and not before', async () => {
    const it = setUp();
    await it.handle(open());
    it.faulty.hold();
    const sending = it.handle(say('a'));
    let answered = false;
    const ending = it.handleAt(1, end).finally(() => {
      answered = true;
    });
    await settled();
    expect(answered).toBe(false);
    it.faulty.release();
    await sending;
    expect(await ending).toEqual({ outcome: 'version_mismatch', version: 2 });
  });

  test('goes through where what seemed to overtake it was never stored', async () => {
    const it = setUp();
    await it.handle(open());
    it.faulty.hold();
    it.faulty.failNext('not stored');
    const sending = it.handle(say('lost'));
    const ending = it.handleAt(1, end);
    await settled();
    it.faulty.release();
    await expect(sending).rejects.toThrow(StoreFailure);
    expect(await ending).toMatchObject({ outcome: 'accepted', state: { status: 'ended' }, version: 2 });
  });

  test('does not build on what was never stored, even at its version', async () => {
    const it = setUp();
    await it.handle(open());
    it.faulty.hold();
    it.faulty.failNext('not stored');
    const sending = it.handle(say('lost'));
    const ending = it.handleAt(2, end);
    await settled();
    it.faulty.release();
    await expect(sending).rejects.toThrow(StoreFailure);
    expect(await ending).toEqual({ outcome: 'version_mismatch', version: 1 });
  });

  test('lets one of several win', async () => {
    const it = setUp();
    await it.handle(open());
    const outcomes = await Promise.all(
      [1, 2, 3].map((days) => it.handleAt(1, extend(NOW + (1 + days) * DAY_MS))),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      'accepted',
      'version_mismatch',
      'version_mismatch',
    ]);
  });

  test('learns of another process only by its append', async () => {
    const it = setUp();
    await it.handle(open());
    await interfere(it);
    expect(await it.handleAt(1, end)).toEqual({ outcome: 'version_mismatch', version: 2 });
  });
});

describe('where another process may have stored something, a command', () => {
  test('is refused only by what the store says now', async () => {
    const it = setUp({ hasPeers: true });
    await it.handle(open());
    await it.handle(end);
    const other = setUp({ log: it.log });
    await other.handle(reopen);
    expect(await it.handle(say('a'))).toMatchObject({ outcome: 'accepted' });
    await other.handle(end);
    expect(await it.handle(reopen)).toMatchObject({ outcome: 'accepted' });
  });

  test('that changes nothing by what is in memory is decided on what there is', async () => {
    const it = setUp({ hasPeers: true });
    await it.handle(open());
    const ending = await it.handle(end);
    expect(ending).toMatchObject({ outcome: 'accepted', version: 2 });
    await setUp({ log: it.log }).handle(reopen);
    expect(await it.handle(end)).toMatchObject({ outcome: 'accepted', version: 4 });
  });

  test('at a version that it has read elsewhere is decided at that one', async () => {
    const it = setUp({ hasPeers: true });
    await it.handle(open());
    await interfere(it);
    expect(await it.handleAt(2, end)).toMatchObject({ outcome: 'accepted', version: 3 });
    expect(await it.handleAt(2, end)).toEqual({ outcome: 'version_mismatch', version: 3 });
  });

  test('reads once more before it is refused, and answers from memory where it is accepted', async () => {
    const it = setUp({ hasPeers: true });
    await it.handle(open());
    await it.handle(say('a'));
    expect(it.loads).toEqual(['c-1']);
    await it.handle(reopen);
    expect(it.loads).toEqual(['c-1', 'c-1']);
  });
});

describe('a repeat', () => {
  test('answers with the original and leaves the state as it was', async () => {
    const it = setUp();
    await it.handle(open());
    await it.handle(say('a'), 'c-1', 'user:k');
    const again = await it.handle(say('a'), 'c-1', 'user:k');
    expect(again).toMatchObject({ outcome: 'duplicate', original: { version: 2 } });
    expect(seqOf(await it.handle(say('b')))).toBe(2);
  });

  test('among others at the same time is stored once, and the others all are', async () => {
    const it = setUp();
    await it.handle(open());
    const outcomes = await Promise.all([
      it.handle(say('a'), 'c-1', 'user:k'),
      it.handle(say('b')),
      it.handle(say('a'), 'c-1', 'user:k'),
      it.handle(say('c')),
      it.handle(say('d'), 'c-1', 'user:l'),
    ]);
    expect(outcomes.map(seqOf)).toEqual([1, 2, 'duplicate', 3, 4]);
    expect(contents(it)).toEqual(['a', 'b', 'c', 'd']);
  });

  test.each([20])('mixed with %i new ones is settled within the attempts of each', async (count) => {
    const it = setUp();
    await it.handle(open());
    for (let each = 0; each < count; each += 2) await it.handle(say(`${each}`), 'c-1', `user:${each}`);
    const outcomes = await Promise.all(
      Array.from({ length: count }, (_, each) => it.handle(say(`${each}`), 'c-1', `user:${each}`)),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(
      outcomes.map((_, each) => (each % 2 === 0 ? 'duplicate' : 'accepted')),
    );
  });
});

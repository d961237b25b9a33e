import { expect, test } from 'vitest';
import { createMemoryEventStore } from '../../../src/adapters/memory/event-store.js';
import { createMemoryLog } from '../../../src/adapters/memory/memory-log.js';
import { NO_PEERS } from '../../../src/adapters/memory/peers.js';
import { createMemoryStateReader } from '../../../src/adapters/memory/state-reader.js';
import { createVirtualTime } from '../../../src/adapters/memory/virtual-time.js';
import { createCommandHandler } from '../../../src/application/streams/command-handler.js';
import type { ConsultationCommand } from '../../../src/domain/consultation/commands.js';
import { type ConsultationState, decide, evolve } from '../../../src/domain/consultation/consultation.js';
import type { ConsultationEvent } from '../../../src/domain/consultation/events.js';
import { HOUR_MS } from '../../../src/domain/instant.js';
import { ADMIN_ACTOR } from '../../support/clinic.js';

const NOW = Date.parse('2026-03-02T10:00:00.000Z');

function setUp(maxCached = 10) {
  const log = createMemoryLog();
  const stateReader = createMemoryStateReader(log);
  const loads: string[] = [];
  const handler = createCommandHandler<ConsultationState, ConsultationEvent>({
    category: 'consultation',
    evolve,
    load: (id) => {
      loads.push(id);
      return stateReader.consultation(id);
    },
    eventStore: createMemoryEventStore(log),
    peers: NO_PEERS,
    tellStored: () => {},
    tellDoubt: () => {},
    clock: createVirtualTime(NOW).clock,
    maxCached,
  });
  const handle = (id: string, command: ConsultationCommand, idempotencyKey: string) =>
    handler.handle({
      id,
      idempotencyKey,
      actor: ADMIN_ACTOR,
      decide: (state) => decide(command, state),
    });
  const open = (id: string) => {
    const details = { consultationId: id, patientId: 'patient-1', doctorId: 'doctor-1' };
    const command = { type: 'OpenConsultation', now: NOW, ...details, expiresAt: NOW + HOUR_MS } as const;
    return handle(id, command, 'open');
  };
  const extend = (id: string, hours: number) =>
    handle(id, { type: 'ExtendConsultation', now: NOW, expiresAt: NOW + hours * HOUR_MS }, 'extend');
  return { handler, loads, open, extend, read: (id: string) => stateReader.consultation(id) };
}

test('a state that was read elsewhere is kept, once', async () => {
  const { open, read } = setUp();
  await open('c-1');
  const stored = await read('c-1');
  const cold = setUp();
  cold.handler.cacheFiller()('c-1', stored);
  expect(cold.handler.cachedState('c-1')).toBe(stored.state);
  expect(cold.loads).toEqual([]);
  cold.handler.cacheFiller()('c-1', { state: { status: 'not_opened' }, version: 1 });
  expect(cold.handler.cachedState('c-1')).toBe(stored.state);
});

test('a state that was read before a newer one was pushed out is not kept', async () => {
  const { handler, open, extend, read } = setUp(1);
  await open('c-1');
  const keep = handler.cacheFiller();
  const early = await read('c-1');
  await extend('c-1', 2);
  await open('c-2');
  keep('c-1', early);
  expect(handler.cachedState('c-1')).toBeUndefined();
});

test('a state that was read before a newer one was dropped is not kept', async () => {
  const { handler, open, extend, read } = setUp();
  await open('c-1');
  const keep = handler.cacheFiller();
  const early = await read('c-1');
  await extend('c-1', 2);
  // The same key once more, decided a moment later: the store knows it, and what was decided is taken back.
  expect(await extend('c-1', 3)).toMatchObject({ outcome: 'duplicate' });
  keep('c-1', early);
  expect(await handler.current('c-1')).toMatchObject({ expiresAt: NOW + 2 * HOUR_MS });
});

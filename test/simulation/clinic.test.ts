import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/instant.js';
import { availabilityViolations, inboxViolations, typingViolations } from './beliefs.js';
import { happenings } from './commands.js';
import { convergenceViolations, violations } from './invariants.js';
import { type Defect, World } from './world.js';

const RUNS = Number(process.env['SIMULATION_RUNS'] ?? 150);
/** For a machine that is busy with everything else; a run takes a fraction of it. */
const LIMIT_MS = 120_000 + RUNS * 1_000;
const seed = process.env['SIMULATION_SEED'];
const parameters = { numRuns: RUNS, ...(seed === undefined ? {} : { seed: Number(seed) }) };

/** Runs a random clinic, then lets the faults stop and gives everybody time; throws what is wrong. */
function clinic(defect?: Defect) {
  return fc.asyncProperty(
    fc.scheduler(),
    fc.commands(happenings, { maxCommands: 60, size: 'max' }),
    async (interleaving, commands) => {
      const world = new World(interleaving, { defect });
      await interleaving.waitFor(world.open());
      await fc.scheduledModelRun(interleaving, () => ({ model: {}, real: world }), commands);
      await interleaving.waitFor(recover(world));
      consultationHours += (world.livedMs / HOUR_MS) * world.consultations.length;
      const found = [...violations(world), ...convergenceViolations(world)];
      if (found.length > 0) throw new Error(found.join('; '));
    },
  );
}

let consultationHours = 0;

afterAll(() => {
  process.stdout.write(`Simulated ${Math.round(consultationHours)} consultation-hours.\n`);
});

async function recover(world: World): Promise<void> {
  world.heal();
  // Those who have stayed connected ask for nothing: what they were told has to be right by itself.
  await world.advance(2 * MINUTE_MS);
  await world.delivered();
  const found = [
    ...availabilityViolations(world),
    ...typingViolations(world),
    ...(await inboxViolations(world)),
  ];
  if (found.length > 0) throw new Error(found.join('; '));
  for (const device of world.devices) await world.connect(device);
  for (const device of world.devices) await device.nudge();
  // Heads tell what got lost on its way, and what they tell is asked for.
  await world.advance(2 * MINUTE_MS);
  for (const device of world.devices) await device.nudge();
}

describe('a clinic in which everything fails', () => {
  it(
    'loses, doubles, reorders and invents nothing, and comes to agree',
    async () => {
      await fc.assert(clinic(), parameters);
    },
    LIMIT_MS,
  );
});

/** Each must be noticed, or the simulation is blind. */
const defects: readonly (readonly [string, Defect])[] = [
  [
    'a store that acknowledges what it does not keep',
    ({ eventStore }) => {
      let appends = 0;
      return {
        eventStore: {
          ...eventStore,
          append: async (request) => {
            appends += 1;
            const [event] = request.events;
            if (event.type !== 'MessageSent' || appends % 3 !== 0) return eventStore.append(request);
            const { streamId, expectedVersion, actor, occurredAt } = request;
            return {
              outcome: 'appended',
              events: [{ streamId, version: expectedVersion + 1, event, actor, occurredAt }],
            };
          },
        },
      };
    },
  ],
  [
    'a store that forgets the ids of messages',
    ({ eventStore }) => ({
      eventStore: {
        ...eventStore,
        append: ({ idempotencyKey: _, ...request }) => eventStore.append(request),
        findByIdempotencyKey: async () => null,
      },
    }),
  ],
  [
    'a network that changes what was written',
    ({ broadcaster }) => ({
      broadcaster: {
        ...broadcaster,
        publish: (consultationId, notification, except) => {
          const changed =
            notification.type === 'new_message'
              ? { ...notification, message: { ...notification.message, content: 'changed' } }
              : notification;
          broadcaster.publish(consultationId, changed, except);
        },
      },
    }),
  ],
  [
    'a server that does not say when the doctor goes',
    ({ broadcaster }) => ({
      broadcaster: {
        ...broadcaster,
        publish: (consultationId, notification, except) => {
          if (notification.type !== 'doctor_away') broadcaster.publish(consultationId, notification, except);
        },
      },
    }),
  ],
  [
    'a network that invents messages',
    ({ broadcaster }) => ({
      broadcaster: {
        ...broadcaster,
        publish: (consultationId, notification, except) => {
          broadcaster.publish(consultationId, notification, except);
          if (notification.type !== 'new_message') return;
          const { message } = notification;
          const phantom = { ...message, messageId: 'phantom', seq: message.seq + 1 };
          broadcaster.publish(consultationId, { type: 'new_message', message: phantom }, except);
        },
      },
    }),
  ],
];

describe('the simulation notices', () => {
  it.each(defects)(
    '%s',
    async (_name, defect) => {
      const result = await fc.check(clinic(defect), { numRuns: 2_000, endOnFailure: true });
      expect(result.failed).toBe(true);
    },
    LIMIT_MS,
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '../../src/domain/instant.js';
import { availabilityViolations, beliefViolations, inboxViolations, typingViolations } from './beliefs.js';
import { defects, storeDefects } from './cluster-defects.js';
import { clusterHappenings, unheardHappenings } from './commands.js';
import { convergenceViolations, violations } from './invariants.js';
import { undisturbedViolations } from './undisturbed.js';
import { World, type WorldOptions } from './world.js';

const RUNS = Number(process.env['SIMULATION_RUNS'] ?? 60);
/** For a machine that is busy with everything else; a run takes a fraction of it. */
const LIMIT_MS = 120_000 + RUNS * 2_000;
const seed = process.env['SIMULATION_SEED'];
const parameters = { numRuns: RUNS, ...(seed === undefined ? {} : { seed: Number(seed) }) };
const SERVERS = 3;
const UNTIL_INTRODUCED_MS = 3 * MINUTE_MS;
/** Enough for a server that died to be missed, for everybody to be asked who is there, and for the heads. */
const UNTIL_AGREED_MS = 10 * MINUTE_MS;

/** Runs a random clinic on three servers, then lets the faults stop and gives everybody time; throws what is wrong. */
function cluster(options: WorldOptions = {}) {
  return fc.asyncProperty(
    fc.scheduler(),
    fc.oneof(
      fc.commands(clusterHappenings, { maxCommands: 50, size: 'max' }),
      fc.commands(unheardHappenings, { maxCommands: 50, size: 'max' }),
    ),
    fc.boolean(),
    fc.boolean(),
    async (interleaving, commands, areIntroduced, isHealedLate) => {
      const world = new World(interleaving, { ...options, servers: SERVERS });
      await interleaving.waitFor(world.open());
      // Otherwise the servers introduce themselves in the midst of it, and repair by that what they have not heard.
      if (areIntroduced) await interleaving.waitFor(world.advance(UNTIL_INTRODUCED_MS));
      await fc.scheduledModelRun(interleaving, () => ({ model: {}, real: world }), commands);
      // Until then, those who are cut off are taken for dead.
      if (isHealedLate) await interleaving.waitFor(world.advance(UNTIL_AGREED_MS));
      await interleaving.waitFor(recover(world));
      const found = [...violations(world), ...convergenceViolations(world)];
      if (found.length > 0) throw new Error(found.join('; '));
    },
  );
}

async function recover(world: World): Promise<void> {
  world.heal();
  await agree(world, 'who stayed connected');
  for (const device of world.devices) await world.connect(device);
  for (const device of world.devices) await device.nudge();
  await agree(world, 'everybody connected');
  const found = await undisturbedViolations(world);
  if (found.length > 0) throw new Error(found.join('; '));
  const doctor = world.devices.find(({ name }) => name === 'doctor-desk');
  if (doctor !== undefined) world.disconnect(doctor);
  await agree(world, 'the doctor has left');
  for (const device of world.devices) await device.nudge();
}

async function agree(world: World, when: string): Promise<void> {
  // A little longer, for what the last tick has changed.
  for (const ms of [UNTIL_AGREED_MS, 2 * SECOND_MS]) {
    await world.advance(ms);
    await world.delivered();
  }
  const found = [
    ...availabilityViolations(world),
    ...beliefViolations(world),
    ...typingViolations(world),
    ...(await inboxViolations(world)),
  ];
  if (found.length > 0) throw new Error(`${when}: ${found.join('; ')}`);
}

describe.each([
  ['each server tells what it has stored', false],
  ['the store tells what is stored', true],
])('a clinic on three servers in which everything fails, and %s', (_how, isToldByStore) => {
  it(
    'loses, doubles, reorders and invents nothing, stores and refuses nothing by what is old, and comes to agree',
    async () => {
      await fc.assert(cluster({ isToldByStore }), parameters);
    },
    LIMIT_MS,
  );

  it.each(isToldByStore ? [...defects, ...storeDefects] : defects)(
    'the simulation notices %s',
    async (_name, options) => {
      const result = await fc.check(cluster({ ...options, isToldByStore }), {
        numRuns: 1_000,
        endOnFailure: true,
      });
      expect(result.failed).toBe(true);
    },
    LIMIT_MS,
  );
});

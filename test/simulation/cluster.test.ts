import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { News, Peers } from '../../src/application/ports/peers.js';
import { MINUTE_MS } from '../../src/domain/instant.js';
import { hearing } from './bus.js';
import { clusterHappenings, unheardHappenings } from './commands.js';
import { availabilityViolations, beliefViolations, convergenceViolations, violations } from './invariants.js';
import { World, type WorldOptions } from './world.js';

const RUNS = Number(process.env['SIMULATION_RUNS'] ?? 60);
/** For a machine that is busy with everything else; a run takes a fraction of it. */
const LIMIT_MS = 120_000 + RUNS * 2_000;
const seed = process.env['SIMULATION_SEED'];
const parameters = { numRuns: RUNS, ...(seed === undefined ? {} : { seed: Number(seed) }) };
const SERVERS = 3;
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
    async (interleaving, commands) => {
      const world = new World(interleaving, { ...options, servers: SERVERS });
      await interleaving.waitFor(world.open());
      await fc.scheduledModelRun(interleaving, () => ({ model: {}, real: world }), commands);
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
  const doctor = world.devices.find(({ name }) => name === 'doctor-desk');
  if (doctor !== undefined) world.disconnect(doctor);
  await agree(world, 'the doctor has left');
  for (const device of world.devices) await device.nudge();
}

async function agree(world: World, when: string): Promise<void> {
  await world.advance(UNTIL_AGREED_MS);
  await world.delivered();
  const found = [...availabilityViolations(world), ...beliefViolations(world)];
  if (found.length > 0) throw new Error(`${when}: ${found.join('; ')}`);
}

describe('a clinic on three servers in which everything fails', () => {
  it(
    'loses, doubles, reorders and invents nothing, stores and refuses nothing by what is old, and comes to agree',
    async () => {
      await fc.assert(cluster(), parameters);
    },
    LIMIT_MS,
  );
});

/** Each must be noticed, or the simulation is blind. */
const defects: readonly (readonly [string, WorldOptions])[] = [
  [
    'a link that tells nobody who is present',
    {
      busDefect: (peers) => ({
        ...peers,
        send: (message) =>
          peers.send(
            message.news.type === 'roster' ? { ...message, news: { type: 'moved', streams: [] } } : message,
          ),
      }),
    },
  ],
  [
    'a server that keeps the people of one that is gone',
    {
      busDefect: (peers) =>
        hearing(peers, (listener) => {
          const heardOf = new Map<string, number>();
          return {
            heard: (message) => {
              const { from, number } = message;
              listener.heard(message);
              if (from !== peers.processId) heardOf.set(from, Math.max(number ?? 0, heardOf.get(from) ?? 0));
              // With each beat of its own it believes that all others have beaten, too.
              else if (message.news.type === 'alive')
                for (const [other, last] of heardOf) {
                  heardOf.set(other, last + 1);
                  listener.heard({ from: other, number: last + 1, news: message.news });
                }
            },
            interrupted: listener.interrupted,
          };
        }),
    },
  ],
  [
    'a server that refuses by what may be old',
    {
      busDefect: (peers) => {
        let calls = 0;
        return {
          ...peers,
          // Once for joining the others.
          mayHaveStored: () => {
            calls += 1;
            return calls === 1;
          },
        };
      },
    },
  ],
  [
    'a store that does not compare what a decision relied on',
    {
      defect: ({ eventStore }) => ({
        eventStore: { ...eventStore, append: ({ reliesOn: _, ...request }) => eventStore.append(request) },
      }),
    },
  ],
  [
    'a server that does not tell who comes at another one',
    { busDefect: (peers) => deaf(peers, ({ type }) => type === 'arrived') },
  ],
  [
    'servers that do not tell what they have stored, and rooms that do not look',
    {
      busDefect: (peers) => deaf(peers, ({ type }) => type === 'stored'),
      defect: ({ stateReader }) => ({
        stateReader: { ...stateReader, versions: async (ids) => ids.map(() => 0) },
      }),
    },
  ],
];

/** A server that takes such news for something else. */
function deaf(peers: Peers, isUnheard: (news: News) => boolean): Peers {
  const nothing: News = { type: 'moved', streams: [] };
  return hearing(peers, ({ heard, interrupted }) => ({
    heard: (message) => heard(isUnheard(message.news) ? { ...message, news: nothing } : message),
    interrupted,
  }));
}

describe('the simulation notices', () => {
  it.each(defects)(
    '%s',
    async (_name, options) => {
      const result = await fc.check(cluster(options), {
        numRuns: 1_000,
        endOnFailure: true,
      });
      expect(result.failed).toBe(true);
    },
    LIMIT_MS,
  );
});

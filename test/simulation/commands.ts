import fc from 'fast-check';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/instant.js';
import { daily } from '../support/clinic.js';
import type { Device } from './device.js';
import { violations } from './invariants.js';
import { MANAGER, type World } from './world.js';

/** The model has nothing to predict: the log is what everything is held against. */
type Model = Record<string, never>;
type Step = (world: World) => Promise<unknown> | unknown;

/** One thing that happens in the clinic; every invariant is looked at after it. */
class Happening implements fc.AsyncCommand<Model, World, true> {
  constructor(
    private readonly name: string,
    private readonly step: Step,
  ) {}

  check = async (): Promise<boolean> => true;

  run = async (_model: Model, world: World): Promise<void> => {
    // What takes its time goes on while the next things happen.
    void Promise.resolve(this.step(world)).catch(() => undefined);
    await Promise.resolve();
    const found = violations(world);
    if (found.length > 0) throw new Error(found.join('; '));
  };

  toString = (): string => this.name;
}

const deviceIndex = fc.nat({ max: 4 });
const hour = fc.integer({ min: 0, max: 23 });
const consultation = fc.constantFrom('consultation-1', 'consultation-2');

function onDevice(name: string, step: (device: Device, world: World) => unknown) {
  return deviceIndex.map(
    (index) =>
      new Happening(`${name}(${index})`, (world) => {
        const device = world.devices[index];
        return device === undefined ? undefined : step(device, world);
      }),
  );
}

const sends = fc
  .tuple(deviceIndex, fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }))
  .map(
    ([index, content]) =>
      new Happening(`send(${index}, ${JSON.stringify(content)})`, (world) =>
        world.devices[index]?.send(`m${content}`),
      ),
  );
const connects = onDevice('connect', (device, world) => world.connect(device));

type Happenings = fc.Arbitrary<fc.AsyncCommand<Model, World, true>>[];

/** What happens in every clinic. */
const common: Happenings = [
  // Listed more than once: chosen more often.
  sends,
  sends,
  sends,
  connects,
  connects,
  onDevice('disconnect', (device, world) => world.disconnect(device)),
  onDevice('nudge', (device) => device.nudge()),
  onDevice('markRead', (device) => device.markRead()),
  onDevice('type', (device) => device.setTyping(true)),
  onDevice('stopTyping', (device) => device.setTyping(false)),
  fc
    .constantFrom('before' as const, 'after' as const, 'late' as const, 'untold' as const)
    .map((fault) => new Happening(`failNextAppend(${fault})`, (world) => world.failNextAppend(fault))),
  fc
    .integer({ min: -120, max: 120 })
    .map(
      (minutes) =>
        new Happening(`stepClock(${minutes} min)`, (world) => world.time.stepClock(minutes * MINUTE_MS)),
    ),
  fc.tuple(hour, hour).map(
    ([from, to]) =>
      new Happening(`setSchedule(${from}, ${to})`, (world) => {
        const time = (value: number): string => `${String(value).padStart(2, '0')}:00`;
        return world.application.administration.setSchedule(MANAGER, 'doctor-1', {
          windows: daily(time(from), time(to)),
        });
      }),
  ),
  consultation.map(
    (id) =>
      new Happening(`end(${id})`, (world) => world.application.administration.endConsultation(MANAGER, id)),
  ),
  consultation.map(
    (id) =>
      new Happening(`extend(${id})`, (world) =>
        world.application.administration.extendConsultation(MANAGER, id, {
          expiresAt: world.time.clock.now() + 2 * DAY_MS,
        }),
      ),
  ),
  consultation.map(
    (id) =>
      new Happening(`reopen(${id})`, (world) =>
        world.application.administration.reopenConsultation(
          MANAGER,
          id,
          world.time.clock.now() + 3 * HOUR_MS,
        ),
      ),
  ),
];

function advances(maxMinutes: number) {
  return fc
    .integer({ min: 1, max: maxMinutes })
    .map(
      (minutes) => new Happening(`advance(${minutes} min)`, (world) => world.advance(minutes * MINUTE_MS)),
    );
}

/** One server, and a hand of which it does not know. */
export const happenings: Happenings = [
  ...common,
  advances(6 * 60),
  fc.constant(new Happening('crash', (world) => world.crash())),
  consultation.map(
    (id) =>
      new Happening(`endElsewhere(${id})`, (world) =>
        world.elsewhere(id, (application) => application.administration.endConsultation(MANAGER, id)),
      ),
  ),
  consultation.map(
    (id) =>
      new Happening(`reopenElsewhere(${id})`, (world) =>
        world.elsewhere(id, (application) =>
          application.administration.reopenConsultation(MANAGER, id, world.time.clock.now() + HOUR_MS),
        ),
      ),
  ),
];

const server = fc.nat({ max: 2 });

/** Several servers, which hear of each other badly, and never lose each other: what one has missed, it finds by that. */
export const unheardHappenings: Happenings = [
  ...common,
  advances(3),
  fc
    .constantFrom('lose' as const, 'lose_people' as const, 'double' as const)
    .map((fault) => new Happening(`failNextNews(${fault})`, (world) => world.bus.failNext(fault))),
  onDevice('comeOrGoUnheard', (device, world) => {
    // To each of the two other servers.
    for (let others = 2; others > 0; others -= 1) world.bus.failNext('lose_people');
    return device.isConnected ? world.disconnect(device) : world.connect(device);
  }),
];

/** Servers die, too, or are cut off for so long that the others take them for dead. */
export const clusterHappenings: Happenings = [
  ...unheardHappenings,
  advances(30),
  fc
    .tuple(server, fc.boolean())
    .map(
      ([index, isStillStored]) =>
        new Happening(`crash(${index}, ${isStillStored})`, (world) => world.crash(index, isStillStored)),
    ),
  fc
    .tuple(server, fc.constantFrom('both' as const, 'hears_nothing' as const, 'is_not_heard' as const))
    .map(
      ([index, which]) =>
        new Happening(`cutOff(${index}, ${which})`, (world) => world.bus.cutOff(index, which)),
    ),
  fc
    .tuple(server, fc.integer({ min: 1, max: 2 }))
    .map(
      ([from, offset]) =>
        new Happening(`cutLine(${from}, ${(from + offset) % 3})`, (world) =>
          world.bus.cutLine(from, from + offset),
        ),
    ),
  fc
    .tuple(server, fc.boolean())
    .map(
      ([index, isNoticed]) =>
        new Happening(`rejoin(${index}, ${isNoticed})`, (world) => world.bus.rejoin(index, isNoticed)),
    ),
];

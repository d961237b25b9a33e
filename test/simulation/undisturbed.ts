import { HOUR_MS, SECOND_MS } from '../../src/domain/instant.js';
import type { WeeklyWindow } from '../../src/domain/schedule/weekly-window.js';
import { ROUND_THE_CLOCK } from '../support/clinic.js';
import { availabilityViolations, beliefViolations, inboxViolations, typingViolations } from './beliefs.js';
import type { Device } from './device.js';
import { convergenceViolations } from './invariants.js';
import { MANAGER, type World } from './world.js';

/**
 * Everybody is connected and nothing fails: what happens at one server reaches those at the others at once. All of it
 * takes less than a tick, so that neither heads nor beats repair what was not told. @returns what is wrong.
 */
export async function undisturbedViolations(world: World): Promise<string[]> {
  const [typist] = world.devices;
  const steps: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['nobody types', () => everyDevice(world, (device) => device.setTyping(false))],
    ['the doctor goes off duty', () => setSchedule(world, [])],
    ['the doctor goes on duty', () => setSchedule(world, ROUND_THE_CLOCK)],
    ['consultations are open', () => reopenAll(world)],
    ['everybody sends', () => everyDevice(world, (device) => device.send('undisturbed'))],
    ['everybody has read', () => everyDevice(world, (device) => device.markRead())],
    ['somebody types', async () => typist?.setTyping(true)],
    ['somebody has typed', async () => typist?.setTyping(false)],
  ];
  for (const [when, happen] of steps) {
    await happen();
    await settle(world);
    const found = [
      ...availabilityViolations(world),
      ...beliefViolations(world),
      ...(await inboxViolations(world)),
      ...typingViolations(world),
      ...unseenTyping(world),
      ...convergenceViolations(world),
    ];
    if (found.length > 0) return [`undisturbed, ${when}: ${found.join('; ')}`];
  }
  return [];
}

async function everyDevice(world: World, act: (device: Device) => Promise<unknown>): Promise<void> {
  for (const device of world.devices) await act(device);
}

function setSchedule(world: World, windows: readonly WeeklyWindow[]): Promise<unknown> {
  return world.application.administration.setSchedule(MANAGER, 'doctor-1', { windows });
}

async function reopenAll(world: World): Promise<void> {
  const expiresAt = world.time.clock.now() + HOUR_MS;
  for (const id of world.consultations) {
    await world.application.administration.reopenConsultation(MANAGER, id, expiresAt);
  }
}

/** News arrive, and what they have caused is told: the second time, as inboxes take a rest between two packets. */
async function settle(world: World): Promise<void> {
  for (let times = 2; times > 0; times -= 1) {
    await world.advance(SECOND_MS);
    await world.delivered();
  }
}

function unseenTyping({ devices }: World): string[] {
  return devices
    .filter(({ isTyping }) => isTyping)
    .flatMap((typist) =>
      devices
        .filter((other) => other !== typist && other.consultationId === typist.consultationId)
        .filter(({ typists }) => !typists.has(typist.userId))
        .map(({ name }) => `${name} does not see ${typist.userId} type`),
    );
}

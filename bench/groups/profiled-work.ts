import { type Clinic, openClinic, roomsOf } from '../stand/clinic.js';
import type { Target } from '../stand/stand.js';
import { CATCH_UP, fillRooms } from './catch-up.js';
import type { GroupContext } from './group.js';
import { runClosed, sendClinic } from './send.js';
import { requireWhole } from './traffic-figures.js';

/** The work at which a server is profiled, and the unit by which its time is divided. */
export interface ProfiledWork {
  /** For example `message`. */
  readonly unit: string;
  clinic(quick: boolean): Clinic;
  /** Done before the profile is taken, so that code and caches are warm. */
  warmUp(target: Target, context: ProfiledContext): Promise<void>;
  /** Done while the profile is taken. */
  run(target: Target, context: ProfiledContext): Promise<Done>;
}

export type ProfiledContext = Pick<GroupContext, 'quick'> & {
  readonly rooms: Awaited<ReturnType<typeof roomsOf>>;
};

export interface Done {
  /** How many units are in the profile. */
  readonly units: number;
  /** The server's CPU time for one unit, in microseconds, as the scheduler counts it. */
  readonly serverCpu: number;
}

/** How many rooms' connections are opened and closed before any is profiled. */
const WARM_UP_ROOMS = 500;
const RECONNECTIONS = 4;

const send: ProfiledWork = {
  unit: 'message',
  clinic: sendClinic,
  warmUp: async (target, { rooms, quick }) => {
    await target.open(rooms, { join: true });
    requireWhole(target.name, await runClosed(target, quick, false));
  },
  run: async (target, { quick }) => {
    const { messages, cpu, sent } = requireWhole(target.name, await runClosed(target, quick, false));
    // The profile includes the messages of the warm-up.
    return { units: sent, serverCpu: (cpu.server * 1_000) / messages };
  },
};

const connect: ProfiledWork = {
  unit: 'connection',
  clinic: (quick) => ({ prefix: 'connect', consultations: quick ? 100 : 2_500 }),
  warmUp: async (target, { rooms }) => {
    await target.open(rooms.slice(0, WARM_UP_ROOMS), { join: false });
    await target.run({ type: 'close' });
  },
  run: async (target, { rooms }) => {
    const { connections, cpu } = await target.open(rooms, { join: false });
    return { units: connections, serverCpu: (cpu.server * 1_000) / connections };
  },
};

const catchUp: ProfiledWork = {
  unit: 'client',
  clinic: (quick) => ({
    prefix: 'catch-up',
    consultations: quick ? CATCH_UP.quickConsultations : CATCH_UP.consultations,
  }),
  warmUp: async (target, { rooms }) => {
    await target.open(rooms, { join: true });
    if (target.name === 'product') await fillRooms(target, rooms.length);
    await target.run({ type: 'reconnect', after: 0 });
  },
  run: async (target) => {
    let units = 0;
    let cpuMs = 0;
    for (let round = 0; round < RECONNECTIONS; round += 1) {
      const { clients, cpu } = await target.run({ type: 'reconnect', after: 0 });
      units += clients;
      cpuMs += cpu.server;
    }
    return { units, serverCpu: (cpuMs * 1_000) / units };
  },
};

export const PROFILED_WORKS: Readonly<Record<string, ProfiledWork>> = { send, connect, 'catch-up': catchUp };

/** The rooms of the work's consultations, which are in the database. */
export async function roomsFor(work: ProfiledWork, { quick, database }: GroupContext) {
  const clinic = work.clinic(quick);
  await openClinic((await database()).url, clinic);
  return roomsOf(clinic, 2);
}

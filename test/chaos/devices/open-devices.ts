import { BUSY, CONSULTATIONS, PART_TIME, RUNNING_OUT, SENDERS } from '../clinic.js';
import type { Recorder } from '../history.js';
import type { Random } from '../random.js';
import type { Fleet } from '../server/fleet.js';
import type { TokenOf } from '../tokens.js';
import type { ChaosDevice } from './device.js';
import { createLibraryDevice } from './library-device.js';
import { createRawDevice } from './raw-device.js';

const RAW_OF_A_PARTY = 2;
/** Processes from a party's first device to its second: with three or more, neither its own nor the other party's. */
const AWAY = 2;
/** Where the library is told yes and no: what it reports as refused must never be stored. */
const WITH_LIBRARY: readonly string[] = [...BUSY, PART_TIME, RUNNING_OUT];

/** Both parties of every consultation, where people talk with several devices each; each with a network of its own. */
export async function openDevices(
  fleet: Fleet,
  tokenOf: TokenOf,
  recorder: Recorder,
  random: Random,
): Promise<ChaosDevice[]> {
  const parties = CONSULTATIONS.flatMap((consultationId, consultation) =>
    SENDERS.map((sender, party) => ({
      // Where there are several processes, the two who talk begin at different ones.
      home: consultation + party,
      consultationId,
      sender,
      token: tokenOf(consultationId, sender),
      recorder,
    })),
  );
  const devices: ChaosDevice[] = [];
  for (const { home, ...party } of parties) {
    const name = `${party.consultationId}-${party.sender}`;
    const isBusy = BUSY.some((id) => id === party.consultationId);
    for (let number = 1; number <= (isBusy ? RAW_OF_A_PARTY : 1); number += 1) {
      // As browsers do it, or straight to the WebSocket.
      const transports = random.chance(0.3) ? (['polling', 'websocket'] as const) : (['websocket'] as const);
      const id = `${name}-raw-${number}`;
      const proxy = await fleet.openNetwork(home + AWAY * (number - 1), random.fork(`network/${id}`));
      devices.push(createRawDevice({ ...party, id, client: 'raw', after: 0, transports, proxy }));
    }
    if (!WITH_LIBRARY.includes(party.consultationId)) continue;
    const id = `${name}-library`;
    const proxy = await fleet.openNetwork(home, random.fork(`network/${id}`));
    devices.push(createLibraryDevice({ ...party, id, proxy }));
  }
  return devices;
}

import { BUSY, CONSULTATIONS, SENDERS } from '../clinic.js';
import type { Recorder } from '../history.js';
import type { Random } from '../random.js';
import { openTcpProxy } from '../tcp-proxy.js';
import type { ChaosDevice } from './device.js';
import { createLibraryDevice } from './library-device.js';
import { createRawDevice } from './raw-device.js';

const RAW_OF_A_PARTY = 2;

/** Both parties of every consultation, where people talk with several devices each; each with a network of its own. */
export async function openDevices(port: number, recorder: Recorder, random: Random): Promise<ChaosDevice[]> {
  const devices: ChaosDevice[] = [];
  for (const consultationId of CONSULTATIONS) {
    const isBusy = BUSY.some((id) => id === consultationId);
    for (const sender of SENDERS) {
      const common = { consultationId, sender, recorder };
      for (let number = 1; number <= (isBusy ? RAW_OF_A_PARTY : 1); number += 1) {
        const id = `${consultationId}-${sender}-raw-${number}`;
        // As browsers do it, or straight to the WebSocket.
        const transports = random.chance(0.3)
          ? (['polling', 'websocket'] as const)
          : (['websocket'] as const);
        const proxy = await openTcpProxy(port);
        devices.push(createRawDevice({ ...common, id, client: 'raw', after: 0, transports, proxy }));
      }
      if (!isBusy) continue;
      const proxy = await openTcpProxy(port);
      devices.push(createLibraryDevice({ ...common, id: `${consultationId}-${sender}-library`, proxy }));
    }
  }
  return devices;
}

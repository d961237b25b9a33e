import { setTimeout as delay } from 'node:timers/promises';
import { BUSY } from '../clinic.js';
import { createRawDevice } from '../devices/raw-device.js';
import type { Random } from '../random.js';
import { openTcpProxy } from '../tcp-proxy.js';
import type { Effect, Stage } from './stage.js';

const PAGES_AT_ONCE = 100;
const PAUSE_MS = 300;
/** Messages that it reads as others do, before it stops: of a long conversation not all. */
const MOST_READ_FIRST = 1_000;
/** The system's buffers take some megabytes before the server notices. */
const MOST_ROUNDS = 40;

/** A reader asks and asks and reads nothing, until the server cuts it off; then it comes back and has missed nothing. */
export function stopReading(stage: Stage, random: Random): Promise<Effect> {
  const { fleet, recorder, tokenOf } = stage;
  const { server, queue } = random.pick(fleet.members);
  return queue.run(async () => {
    const proxy = await openTcpProxy(server.port);
    const id = `slow-reader-${random.whole(0, 2 ** 31)}`;
    const consultationId = random.pick(BUSY);
    const common = { id, consultationId, sender: 'user', client: 'crowd' } as const;
    const after = Math.max(0, shownBy(stage, consultationId) - MOST_READ_FIRST);
    recorder.device({ ...common, startsAfter: after, stayed: false });
    const token = tokenOf(consultationId, 'user');
    const reader = createRawDevice({
      ...common,
      token,
      after,
      transports: ['websocket'],
      proxy,
      recorder,
    });
    try {
      await reader.inside();
      const connectionId = reader.connectionId();
      const isCut = (): boolean => connectionId !== undefined && server.hasCut(connectionId);
      proxy.hold('from-server');
      let rounds = 0;
      for (; rounds < MOST_ROUNDS && !isCut(); rounds += 1) {
        reader.askForPages(PAGES_AT_ONCE);
        await delay(PAUSE_MS);
      }
      const effective = isCut();
      proxy.release();
      await reader.inside();
      return {
        effective,
        note: `${effective ? 'cut off and back' : 'kept'} after ${rounds * PAGES_AT_ONCE} pages`,
      };
    } finally {
      await reader.close();
      await proxy.close();
    }
  });
}

/** The highest `seq` that a device in the consultation has shown. */
function shownBy({ devices }: Stage, consultationId: string): number {
  return Math.max(
    0,
    ...devices.filter((one) => one.consultationId === consultationId).map((one) => one.shown()),
  );
}

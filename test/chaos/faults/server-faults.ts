import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { BUSY } from '../clinic.js';
import type { RawDevice } from '../devices/raw-device.js';
import type { Random } from '../random.js';
import { type Effect, rawDevicesOf, type Stage } from './stage.js';

const LONGEST_DOWN_MS = 1_500;
const POLL_MS = 5;

export function killServer({ server, serverTurn }: Stage, random: Random): Promise<Effect> {
  return serverTurn(async () => {
    await delay(random.whole(0, 1_000));
    await server.kill();
    const downMs = random.whole(0, LONGEST_DOWN_MS);
    await delay(downMs);
    await server.start();
    return { effective: true, note: `down for ${downMs} ms and its start` };
  });
}

export function redeployServer({ server, serverTurn }: Stage): Promise<Effect> {
  return serverTurn(async () => {
    await server.stop();
    await server.start();
    return { effective: true, note: '' };
  });
}

/**
 * Kills the server between the commit of a message and its answer: the network holds back what the server says to one
 * device, which sends; once the row is in the database, the server dies, and the answer with it.
 */
export function killServerBeforeAnswer(stage: Stage, random: Random): Promise<Effect> {
  const { server, serverTurn, networkTurn } = stage;
  const device = random.pick(rawDevicesOf(stage).filter(({ consultationId }) => isBusy(consultationId)));
  return serverTurn(() =>
    networkTurn(async () => {
      await device.inside();
      const clientMessageId = `${device.id}-last-words-${random.whole(0, 2 ** 31)}`;
      const content = `${clientMessageId} is stored and not answered`;
      device.proxy.hold('from-server');
      try {
        const seq = await untilStored(stage, device, content, clientMessageId);
        await server.kill();
        return {
          effective: seq !== null,
          note: seq === null ? 'not stored in time' : `#${seq} was committed`,
        };
      } finally {
        device.proxy.cut();
        device.proxy.release();
        await server.start();
        // The same id again: the answer must be the one that was never heard.
        await device.say(content, clientMessageId);
      }
    }),
  );
}

function isBusy(consultationId: string): boolean {
  return BUSY.some((id) => id === consultationId);
}

/** @returns the `seq` of the row, null when the attempt got an outcome before any row was there. */
async function untilStored(
  { postgres }: Stage,
  device: RawDevice,
  content: string,
  clientMessageId: string,
): Promise<number | null> {
  const database = new pg.Client({ connectionString: postgres.databaseUrl });
  database.on('error', () => {});
  let isSettled = false;
  void device.attempt(content, clientMessageId).then(() => {
    isSettled = true;
  });
  try {
    await database.connect();
    while (!isSettled) {
      const found = await database.query<{ seq: number }>(
        'SELECT seq FROM messages WHERE consultation_id = $1 AND client_message_id = $2',
        [device.consultationId, clientMessageId],
      );
      const [row] = found.rows;
      if (row !== undefined) return isSettled ? null : row.seq;
      await delay(POLL_MS);
    }
    return null;
  } catch {
    // The database is away, by another fault.
    return null;
  } finally {
    await database.end().catch(() => {});
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { BUSY } from '../clinic.js';
import type { RawDevice } from '../devices/raw-device.js';
import type { Random } from '../random.js';
import type { FleetMember } from '../server/fleet.js';
import { type Effect, rawDevicesOf, type Stage } from './stage.js';

const POLL_MS = 5;

/** A message during which the server will die. */
export interface LastWords {
  readonly clientMessageId: string;
  readonly content: string;
}

/** @param fate what becomes of it, as part of what is said. */
export function lastWordsOf(device: RawDevice, random: Random, fate: string): LastWords {
  const clientMessageId = `${device.id}-last-words-${random.whole(0, 2 ** 31)}`;
  return { clientMessageId, content: `${clientMessageId} ${fate}` };
}

/** One whose messages are stored, whatever the time. */
export function busyDeviceOf(stage: Stage, random: Random): RawDevice {
  const busy: readonly string[] = BUSY;
  return random.pick(rawDevicesOf(stage).filter(({ consultationId }) => busy.includes(consultationId)));
}

/** Lets the device speak, and kills its process once the message is stored. */
export async function killOnceStored(
  stage: Stage,
  member: FleetMember,
  device: RawDevice,
  words: LastWords,
): Promise<Effect> {
  const seq = await untilStored(stage, device, words);
  const isThere = stage.fleet.memberOf(device.proxy) === member;
  await member.server.kill();
  if (!isThere) return { effective: false, note: 'it had gone to another process' };
  return { effective: seq !== null, note: seq === null ? 'not stored in time' : `#${seq} was committed` };
}

/**
 * Lets the device try once, and looks into PostgreSQL meanwhile.
 *
 * @returns the `seq` of the row, null when the attempt got an outcome before any row was there.
 */
async function untilStored(
  { postgres }: Stage,
  device: RawDevice,
  { content, clientMessageId }: LastWords,
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

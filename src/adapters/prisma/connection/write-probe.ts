import type { Session } from './session.js';

/** Whether the database has taken recent writes, as its writers have seen it. */
export interface WriteHealth {
  /** How many writes the database failed to take, through no fault of their content. The number never decreases. */
  failures: number;
}

/**
 * The size of a write that needs new pages on the disk, in bytes. A small one may fit into an existing page even when
 * the disk is full.
 */
const ROOM_BYTES = 512 * 1_024;

const WRITE = `
  INSERT INTO write_probe (id, written_at, padding) VALUES (1, now(), repeat('.', $1))
  ON CONFLICT (id) DO UPDATE SET written_at = excluded.written_at, padding = excluded.padding`;

/**
 * Finds out whether the database can write, by a write that commits. It fails on a full disk, on a standby and on a
 * read-only database, however well reads go. After another write has failed, it also asks for new space on the disk.
 *
 * @param health is noted by the writers, and shared with them.
 * @returns a function that rejects with the database's error when nothing can be written. It should be called at most
 *   once a second.
 */
export function createWriteProbe(health: WriteHealth): (session: Session) => Promise<void> {
  let overcome = 0;
  return async (session) => {
    const { failures } = health;
    if (failures !== overcome) await session.query(WRITE, [ROOM_BYTES]);
    await session.query(WRITE, [0]);
    overcome = failures;
  };
}

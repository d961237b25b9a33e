import type { Session } from './session.js';

/** Whether the database took what was last written to it, as those who write have seen it. */
export interface WriteHealth {
  /** How often it did not, through no fault of what was written; never decreases. */
  failures: number;
}

/** Enough to need new pages on the disk, in bytes: what is small may fit into one that is there when nothing else does. */
const ROOM_BYTES = 512 * 1_024;

const WRITE = `
  INSERT INTO write_probe (id, written_at, padding) VALUES (1, now(), repeat('.', $1))
  ON CONFLICT (id) DO UPDATE SET written_at = excluded.written_at, padding = excluded.padding`;

/**
 * Finds out whether anything can be written, by a write that commits: on a full disk, a standby or a database that is
 * read-only it fails, however well reads go. After a write of somebody else's has failed it asks for new room, too.
 *
 * @param health what those who write note; shared with them.
 * @returns rejects with what the database says when nothing can be written. Ask at most once a second.
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

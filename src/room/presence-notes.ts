import type { RoomNote } from './room-note.js';

/** Changes of one person that follow each other within this time make one line at most. */
export const PRESENCE_WINDOW_MS = 60_000;

/** The part of a timeline that this needs. */
export interface NotedLines {
  addNote(note: RoomNote, at: number): string;
  changeNote(key: string, note: RoomNote): void;
}

export interface PresenceChange {
  /** Tells people apart: the same for all of one person's changes. */
  readonly who: string;
  readonly name: string | null;
  readonly isHere: boolean;
  /** Epoch ms. */
  readonly at: number;
}

interface Streak {
  readonly wasHere: boolean;
  readonly lastAt: number;
  readonly key: string;
}

/**
 * Keeps comings and goings down to a line. What it says grows where it stands: nothing that was told is taken back, or moves
 * to another place. Whether somebody is here now is not its matter.
 */
export function createPresenceNotes(lines: NotedLines): { note(change: PresenceChange): void } {
  const streaks = new Map<string, Streak>();

  return {
    note({ who, name, isHere, at }) {
      const known = streaks.get(who);
      const goesOn = known !== undefined && at - known.lastAt < PRESENCE_WINDOW_MS;
      const wasHere = goesOn ? known.wasHere : !isHere;
      const note = { kind: wordFor(wasHere, isHere), name };
      if (goesOn) lines.changeNote(known.key, note);
      const key = goesOn ? known.key : lines.addNote(note, at);
      streaks.set(who, { wasHere, lastAt: at, key });
    },
  };
}

/** How it stood before the changes, and how it stands after them. */
function wordFor(wasHere: boolean, isHere: boolean): 'joined' | 'left' | 'looked-in' | 'came-back' {
  if (wasHere === isHere) return isHere ? 'came-back' : 'looked-in';
  return isHere ? 'joined' : 'left';
}

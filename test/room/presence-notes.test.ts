import { describe, expect, it } from 'vitest';
import { createPresenceNotes, PRESENCE_WINDOW_MS } from '../../src/room/presence-notes.js';
import type { RoomNote } from '../../src/room/room-note.js';

function open() {
  const lines = new Map<string, string>();
  let count = 0;
  const notes = createPresenceNotes({
    addNote(note: RoomNote) {
      count += 1;
      lines.set(String(count), note.kind);
      return String(count);
    },
    changeNote: (key, note) => void lines.set(key, note.kind),
  });
  const change = (isHere: boolean, at: number, who = 'doctor') =>
    notes.note({ who, name: 'Dee', isHere, at });
  return { change, shown: () => [...lines.values()] };
}

describe('comings and goings', () => {
  it('of one person within a minute are one line at most', () => {
    const { change, shown } = open();
    for (let step = 0; step < 9; step += 1) change(step % 2 === 0, step * 7_000);
    expect(shown()).toEqual(['joined']);
  });

  it('stay where they were told when more follows: a connection that broke has come back', () => {
    const { change, shown } = open();
    change(true, 0);
    change(false, PRESENCE_WINDOW_MS);
    expect(shown()).toEqual(['joined', 'left']);
    change(true, PRESENCE_WINDOW_MS + 5_000);
    expect(shown()).toEqual(['joined', 'came-back']);
    change(false, 2 * PRESENCE_WINDOW_MS);
    expect(shown()).toEqual(['joined', 'left']);
    change(true, 9 * PRESENCE_WINDOW_MS);
    expect(shown()).toEqual(['joined', 'left', 'joined']);
  });

  it('tell of somebody who looked in', () => {
    const { change, shown } = open();
    change(true, 0);
    change(false, 30_000);
    expect(shown()).toEqual(['looked-in']);
  });

  it('of two people are two lines', () => {
    const { change, shown } = open();
    change(true, 0);
    change(true, 1_000, 'admin');
    expect(shown()).toEqual(['joined', 'joined']);
  });
});

import type { Consultation } from '../protocol/wire.js';
import type { KeptNotes, RoomNote } from './room-note.js';
import type { Timeline } from './timeline.js';

/** What was told of the consultation and outlives the room. */
const MAX_KEPT_NOTES = 20;

/** Tells what happened to the consultation, also after a reload. Comings and goings are not told again. */
export interface ConsultationNotes {
  /** @param before null where nothing was known of it. */
  updated(before: Consultation | null, after: Consultation): void;
  /** Keeps none of them. */
  forget(): void;
}

/** @param place where the present moment is (epoch ms), and the message that a note of it stands behind. */
export function createConsultationNotes(
  timeline: Pick<Timeline<RoomNote>, 'addNote'>,
  kept: KeptNotes,
  place: () => { readonly at: number; readonly afterSeq: number },
): ConsultationNotes {
  for (const { note, at, afterSeq } of kept.notes()) timeline.addNote(note, at, afterSeq);

  function tell(note: RoomNote): void {
    const one = { note, ...place() };
    timeline.addNote(note, one.at, one.afterSeq);
    kept.keepNotes([...kept.notes(), one].slice(-MAX_KEPT_NOTES));
  }

  return {
    updated(before, after) {
      if (before === null) return;
      if (before.status !== after.status) {
        const kinds = { open: 'reopened', ended: 'ended', expired: 'ran-out' } as const;
        tell({ kind: kinds[after.status] });
      } else if (before.expiresAt !== after.expiresAt)
        tell({ kind: 'open-until', until: Date.parse(after.expiresAt) });
    },
    forget: () => kept.keepNotes([]),
  };
}

/** A quiet line between the messages. It says what happened, and the page that shows it finds the words. */
export type RoomNote =
  | { readonly kind: 'joined' | 'left' | 'looked-in' | 'came-back'; readonly name: string | null }
  | { readonly kind: 'ended' | 'ran-out' | 'reopened' }
  /** Epoch ms. */
  | { readonly kind: 'open-until'; readonly until: number };

/** A note that outlives the room that shows it. `at` is epoch ms, and the note comes after the message `afterSeq`. */
export interface KeptNote {
  readonly note: RoomNote;
  readonly at: number;
  readonly afterSeq: number;
}

/** Keeps notes longer than the room. */
export interface KeptNotes {
  notes(): readonly KeptNote[];
  keepNotes(notes: readonly KeptNote[]): void;
}

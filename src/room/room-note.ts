/** A quiet line between the messages: what happened, for whoever shows it to find the words. */
export type RoomNote =
  | { readonly kind: 'joined' | 'left' | 'looked-in' | 'came-back'; readonly name: string | null }
  | { readonly kind: 'ended' | 'ran-out' | 'reopened' }
  /** Epoch ms. */
  | { readonly kind: 'open-until'; readonly until: number };

/** One that outlives the room that shows it: `at` is epoch ms, and it stands behind the message `afterSeq`. */
export interface KeptNote {
  readonly note: RoomNote;
  readonly at: number;
  readonly afterSeq: number;
}

/** Where they are kept. */
export interface KeptNotes {
  notes(): readonly KeptNote[];
  keepNotes(notes: readonly KeptNote[]): void;
}

/** A quiet line between the messages: what happened, for whoever shows it to find the words. */
export type RoomNote =
  | { readonly kind: 'joined' | 'left' | 'looked-in'; readonly name: string | null }
  | { readonly kind: 'ended' | 'ran-out' | 'reopened' }
  /** Epoch ms. */
  | { readonly kind: 'open-until'; readonly until: number };

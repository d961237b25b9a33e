import type { FirstLook } from '../room/first-look.js';

/** How many rooms the page remembers the look of. */
const MAX_LOOKS = 30;

/**
 * Remembers what a room has shown, so that it can be shown again when the room is opened without a connection.
 *
 * @param looks what was shown by consultation, with the one that was left last at the end.
 * @param look null if the room has shown nothing.
 */
export function rememberLook(looks: Map<string, FirstLook>, id: string, look: FirstLook | null): void {
  if (look === null) return;
  looks.delete(id);
  looks.set(id, look);
  if (looks.size > MAX_LOOKS) looks.delete(looks.keys().next().value ?? '');
}

import type { FirstLook } from '../room/first-look.js';

/** Rooms of which is remembered what they have shown. */
const MAX_LOOKS = 30;

/**
 * What a room has shown is there again when it is opened without a connection.
 *
 * @param looks by consultation, the one that was left last at the end.
 * @param look null where the room has shown nothing.
 */
export function rememberLook(looks: Map<string, FirstLook>, id: string, look: FirstLook | null): void {
  if (look === null) return;
  looks.delete(id);
  looks.set(id, look);
  if (looks.size > MAX_LOOKS) looks.delete(looks.keys().next().value ?? '');
}

import type { FirstLook } from '../room/first-look.js';

/** Rooms of which is remembered what they have shown. */
const MAX_LOOKS = 30;

/** What rooms had shown when they were left: it is there again when one is opened without a connection. */
export interface LastLooks {
  get(consultationId: string): FirstLook | undefined;
  /** @param look null where the room has shown nothing. */
  remember(consultationId: string, look: FirstLook | null): void;
}

export function createLastLooks(): LastLooks {
  const looks = new Map<string, FirstLook>();
  return {
    get: (consultationId) => looks.get(consultationId),
    remember(consultationId, look) {
      if (look === null) return;
      looks.delete(consultationId);
      looks.set(consultationId, look);
      if (looks.size > MAX_LOOKS) looks.delete(looks.keys().next().value ?? '');
    },
  };
}

import type { AppendRequest } from '../../application/ports/event-store.js';

/** Which chains of decisions have broken, because one of them was not stored. */
export interface Lineages {
  break(request: AppendRequest): void;
  isBroken(request: AppendRequest): boolean;
}

export function createLineages(): Lineages {
  const broken = new WeakSet<object>();
  return {
    break: ({ lineage }) => {
      if (lineage !== undefined) broken.add(lineage);
    },
    isBroken: ({ lineage }) => lineage !== undefined && broken.has(lineage),
  };
}

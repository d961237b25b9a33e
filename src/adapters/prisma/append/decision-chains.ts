import type { AppendRequest } from '../../../application/ports/event-store.js';

/** Remembers which decision chains have broken because one of their decisions was not stored. */
export interface DecisionChains {
  break(request: AppendRequest): void;
  isBroken(request: AppendRequest): boolean;
}

export function createDecisionChains(): DecisionChains {
  const broken = new WeakSet<object>();
  return {
    break: ({ decisionChain }) => {
      if (decisionChain !== undefined) broken.add(decisionChain);
    },
    isBroken: ({ decisionChain }) => decisionChain !== undefined && broken.has(decisionChain),
  };
}

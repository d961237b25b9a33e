import type { StrikeDone, Target } from './strike.js';

export type ToNeighbour =
  | { readonly type: 'start'; readonly target: Target; readonly seed: string }
  | { readonly type: 'stop' };

export type FromNeighbour =
  | { readonly type: 'strike'; readonly strike: StrikeDone }
  /** Every strike has ended, and every connection with it. */
  | { readonly type: 'stopped' };

import type { Effect } from '../faults/stage.js';
import type { Random } from '../random.js';

/** What the neighbour does; `docs/chaos.md` describes each and how it is known to have worked. */
export const STRIKE_KINDS = [
  'pages-at-once',
  'slow-http-readers',
  'slow-websocket-readers',
  'slow-polling-readers',
  'foreign-upgrades',
  'h2c-upgrades',
  'pipelined-probes',
  'pipelined-metrics',
  'large-bodies',
  'packet-floods',
  'jsonp',
  'bad-tokens',
  'silent-connections',
] as const;
export type StrikeKind = (typeof STRIKE_KINDS)[number];

/** Whom the neighbour attacks, and as whom. */
export interface Target {
  readonly port: number;
  /** The address that it comes from; one that those who behave do not have, where the system has another. */
  readonly from: string | null;
  /** Good, of a patient who is a party of `consultationId` and of nothing else. */
  readonly token: string;
  /** Proving nothing: of several kinds. */
  readonly badTokens: readonly string[];
  /** Full of the largest messages that there are. */
  readonly consultationId: string;
}

export interface StrikeContext {
  readonly target: Target;
  readonly random: Random;
  /** When it is aborted, a strike ends what it holds open and says what it has seen by then. */
  readonly signal: AbortSignal;
}

/** One attack, bounded in connections, bytes and time. It leaves nothing open. */
export type Strike = (context: StrikeContext) => Promise<Effect>;

export interface StrikeDone extends Effect {
  readonly kind: StrikeKind;
}

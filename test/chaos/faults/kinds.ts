/** How many processes serve, and through what they hear of each other. */
export interface FleetKind {
  readonly processes: number;
  readonly peers: PeersKind;
}
/** As the setting `PEERS`. */
export const PEERS_KINDS = ['postgres', 'redis'] as const;
export type PeersKind = (typeof PEERS_KINDS)[number];

/** `docs/chaos.md` describes them. */
const ALWAYS = [
  'server-killed',
  'server-killed-before-answer',
  'server-redeployed',
  'postgres-killed',
  'postgres-frozen',
  'connections-cut',
  'connections-half-open',
  'connections-stalled',
  'network-slow',
  'reader-stopped',
  'reconnect-storm',
  'clock-stepped-forwards',
  'clock-stepped-back',
] as const;
const OF_SEVERAL = [
  'server-killed-before-publish',
  'server-frozen',
  'servers-restarted-in-turn',
  'servers-restarted-in-turn',
  'database-link-cut',
  'database-link-delayed',
] as const;
const OF_REDIS = ['redis-killed', 'redis-frozen', 'redis-link-cut', 'redis-link-delayed'] as const;

export type FaultKind = (typeof ALWAYS | typeof OF_SEVERAL | typeof OF_REDIS)[number];

/** One round of what can fail in such a fleet: some kinds come more than once. */
export function roundOf({ processes, peers }: FleetKind): readonly FaultKind[] {
  if (processes === 1) return ALWAYS;
  return peers === 'redis' ? [...ALWAYS, ...OF_SEVERAL, ...OF_REDIS] : [...ALWAYS, ...OF_SEVERAL];
}

/** How often a run must have seen an effect of each kind: as often as a round has it. */
export function leastEffectsOf(fleet: FleetKind): ReadonlyMap<FaultKind, number> {
  const least = new Map<FaultKind, number>();
  for (const kind of roundOf(fleet)) least.set(kind, (least.get(kind) ?? 0) + 1);
  return least;
}

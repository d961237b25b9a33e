import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.js';
import { STRIKE_KINDS, type Strike, type StrikeDone, type StrikeKind, type Target } from './strike.js';
import { postLargeBodies } from './strikes/large-bodies.js';
import { floodWithPackets } from './strikes/packet-floods.js';
import { askForPagesAtOnce } from './strikes/pages-at-once.js';
import { pipelineMetrics, pipelineProbes } from './strikes/pipelining.js';
import { stallHttpReaders, stallPollingReaders, stallWebSocketReaders } from './strikes/slow-readers.js';
import { askForJsonp, showBadTokens, staySilent } from './strikes/strangers.js';
import { upgradeElsewhere, upgradeToHttp2 } from './strikes/upgrades.js';

/** A strike, and how long the neighbour waits before the next of its kind, in ms. */
type Habit = readonly [strike: Strike, pauseMs: number];

/** The pauses keep what asks for pages within the rates that ship: 40 in 20 s over sockets, 300 a minute over HTTP. */
const HABITS: Readonly<Record<StrikeKind, Habit>> = {
  'pages-at-once': [askForPagesAtOnce, 20_000],
  'slow-http-readers': [stallHttpReaders, 10_000],
  'slow-websocket-readers': [stallWebSocketReaders, 10_000],
  'slow-polling-readers': [stallPollingReaders, 10_000],
  'foreign-upgrades': [upgradeElsewhere, 1_000],
  'h2c-upgrades': [upgradeToHttp2, 2_000],
  'pipelined-probes': [pipelineProbes, 5_000],
  'pipelined-metrics': [pipelineMetrics, 5_000],
  'large-bodies': [postLargeBodies, 3_000],
  'packet-floods': [floodWithPackets, 2_000],
  jsonp: [askForJsonp, 3_000],
  'bad-tokens': [showBadTokens, 3_000],
  'silent-connections': [staySilent, 3_000],
};

/** Within these, each kind begins for the first time, in ms. */
const FIRST_WITHIN_MS = 2_000;

/** Every kind of strike, again and again and side by side, until the signal. Resolves when all have ended. */
export async function attack(
  target: Target,
  random: Random,
  signal: AbortSignal,
  done: (strike: StrikeDone) => void,
): Promise<void> {
  // As many as there are connections.
  setMaxListeners(0, signal);
  const pause = (ms: number): Promise<void> => delay(ms, undefined, { signal }).catch(() => {});
  await Promise.all(
    STRIKE_KINDS.map(async (kind) => {
      const own = random.fork(kind);
      const [strike, pauseMs] = HABITS[kind];
      await pause(own.whole(0, FIRST_WITHIN_MS));
      while (!signal.aborted) {
        done({ kind, ...(await strike({ target, random: own, signal })) });
        await pause(pauseMs);
      }
    }),
  );
}

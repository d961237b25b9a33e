import { setTimeout as delay } from 'node:timers/promises';
import { BUSY } from '../clinic.js';
import { createRawDevice, type RawDevice } from '../devices/raw-device.js';
import type { Stage } from '../faults/stage.js';
import type { Moment } from '../history.js';
import { descriptorsOf } from '../server/process-figures.js';
import type { Neighbour } from './neighbour.js';
import type { ResidentMemory } from './resident-memory.js';
import { serviceBetween } from './service.js';
import { MAX_MORE_DESCRIPTORS, type Round } from './verdict.js';

/** Without and beside, so often one after the other: what else the machine does falls on both. */
export const COMPARISON_ROUNDS = 3;
const JOINERS_OF_A_CONSULTATION = 2;
/** Between two joins of one of them, in ms. */
const JOIN_PAUSE_MS = 100;
/** For the server to let go of what the neighbour had open: longer than any idle connection may last. */
const RELEASE_PATIENCE_MS = 20_000;
const POLL_MS = 100;

interface Span {
  readonly from: Moment;
  readonly to: Moment;
}

export interface ComparisonOptions {
  readonly stage: Stage;
  readonly neighbour: Neighbour;
  readonly memory: ResidentMemory;
  /** Of one phase, in ms. */
  readonly phaseMs: number;
  readonly say: (line: string) => void;
}

/** The load as it is, without faults, by turns without the neighbour and beside it. */
export async function compare(options: ComparisonOptions): Promise<readonly Round[]> {
  const { stage, neighbour, memory, phaseMs, say } = options;
  const { recorder, fleet } = stage;
  const [{ server }] = fleet.members;
  const joiners = await openJoiners(stage);
  const spans: { without: Span; beside: Span; descriptors: Round['descriptors'] }[] = [];
  let isOver = false;
  const joining = Promise.all(
    joiners.map(async (device) => {
      while (!isOver) {
        await device.leaveAndReturn();
        await delay(JOIN_PAUSE_MS);
      }
    }),
  );
  const spend = async (): Promise<Span> => {
    const from = recorder.now();
    await delay(phaseMs);
    return { from, to: recorder.now() };
  };
  const descriptors = async (): Promise<number | null> =>
    server.pid === null ? null : descriptorsOf(server.pid);
  try {
    for (let round = 1; round <= COMPARISON_ROUNDS; round += 1) {
      memory.enter('without');
      const without = await spend();
      const before = await descriptors();
      memory.enter('beside');
      neighbour.start();
      const beside = await spend();
      await neighbour.stop();
      const after = before === null ? null : await released(descriptors, before);
      spans.push({
        without,
        beside,
        descriptors: before === null || after === null ? null : { before, after },
      });
      say(`round ${round} of ${COMPARISON_ROUNDS} without the neighbour and beside it`);
    }
  } finally {
    isOver = true;
    await joining;
    await Promise.all(joiners.map((device) => device.close()));
    await Promise.all(joiners.map(({ proxy }) => proxy.close()));
  }
  const history = recorder.history();
  return spans.map(({ without, beside, descriptors: open }) => ({
    without: serviceBetween(history, without.from, without.to),
    beside: serviceBetween(history, beside.from, beside.to),
    descriptors: open,
  }));
}

/** Those who join again and again, so that there are joins enough to compare. */
async function openJoiners(stage: Stage): Promise<RawDevice[]> {
  const { fleet, recorder, devices, tokenOf } = stage;
  const joiners: RawDevice[] = [];
  for (const consultationId of BUSY) {
    for (let number = 1; number <= JOINERS_OF_A_CONSULTATION; number += 1) {
      const shown = devices.filter((one) => one.consultationId === consultationId).map((one) => one.shown());
      const after = Math.max(0, ...shown);
      const sender = number % 2 === 0 ? 'doctor' : 'user';
      const common = {
        id: `joiner-${consultationId}-${number}`,
        consultationId,
        sender,
        client: 'crowd',
      } as const;
      recorder.device({ ...common, startsAfter: after, stayed: false });
      const proxy = await fleet.openCrowdNetwork();
      const token = tokenOf(consultationId, sender);
      joiners.push(createRawDevice({ ...common, after, token, transports: ['websocket'], proxy, recorder }));
    }
  }
  await Promise.all(joiners.map((device) => device.inside()));
  return joiners;
}

/** @returns how many descriptors are open when they are about as many as before, or after all patience. */
async function released(descriptors: () => Promise<number | null>, before: number): Promise<number | null> {
  const since = performance.now();
  for (;;) {
    const now = await descriptors();
    const isReleased = now === null || now - before <= MAX_MORE_DESCRIPTORS;
    if (isReleased || performance.now() - since > RELEASE_PATIENCE_MS) return now;
    await delay(POLL_MS);
  }
}

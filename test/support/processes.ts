import { createMemoryLog, type MemoryLog } from '../../src/adapters/memory/memory-log.js';
import { createMemoryPeers, type Delivery } from '../../src/adapters/memory/peers.js';
import { createVirtualTime, type VirtualTime } from '../../src/adapters/memory/virtual-time.js';
import type { Scheduler } from '../../src/application/ports/scheduler.js';
import { SECOND_MS } from '../../src/domain/instant.js';
import { type MemoryApplication, MONDAY_MORNING, openMemoryApplication } from './memory-application.js';

/** One of several processes on one log. */
export interface Process extends MemoryApplication {
  /** Stops in good order, as far as the others hear of it. */
  leave(): Promise<void>;
  /** `SIGSTOP`: nothing runs; what is sent to it waits. */
  freeze(): void;
  /** `SIGCONT` */
  thaw(): void;
  /** `kill -9`. */
  kill(): void;
}

export interface Processes {
  readonly all: readonly Process[];
  readonly log: MemoryLog;
  readonly time: VirtualTime;
  /** One more process begins. */
  open(): Process;
  /** From now on nothing that anybody sends arrives, or it does again. */
  cut(isCut: boolean): void;
  /** Everybody's next beats, and all that follows from them. */
  beat(beats?: number): Promise<void>;
}

/** Opens so many processes, and lets them find each other. */
export async function openProcesses(count: number): Promise<Processes> {
  const log = createMemoryLog();
  const time = createVirtualTime(Date.parse(MONDAY_MORNING));
  const states = new Map<string, ProcessState>();
  let isCut = false;

  function deliver({ message, to, arrive }: Delivery): void {
    const state = states.get(to);
    if (isCut || state?.isDead === true || states.get(message.from)?.isDead === true) return;
    if (state?.isFrozen === true) state.waiting.push(arrive);
    else queueMicrotask(arrive);
  }

  const bus = createMemoryPeers(deliver);
  let opened = 0;

  function open(): Process {
    opened += 1;
    const peers = bus.join();
    const state: ProcessState = { isDead: false, isFrozen: false, waiting: [] };
    states.set(peers.processId, state);
    const chat = openMemoryApplication({
      log,
      time,
      peers,
      idPrefix: `p${opened}`,
      decorate: ({ scheduler }) => ({ scheduler: stoppable(scheduler, state) }),
    });
    const leave = chat.application.jobs.joinPeers();
    return {
      ...chat,
      leave,
      freeze: () => {
        state.isFrozen = true;
      },
      thaw: () => {
        state.isFrozen = false;
        for (const arrive of state.waiting.splice(0)) arrive();
      },
      kill: () => {
        state.isDead = true;
      },
    };
  }

  const all = Array.from({ length: count }, open);
  const beat = (beats = 1): Promise<void> => time.advance(beats * SECOND_MS);
  await beat(2);
  return {
    all,
    log,
    time,
    open,
    beat,
    cut: (value) => {
      isCut = value;
    },
  };
}

interface ProcessState {
  isDead: boolean;
  isFrozen: boolean;
  readonly waiting: (() => void)[];
}

function stoppable(scheduler: Scheduler, state: ProcessState): Scheduler {
  return {
    ...scheduler,
    every: (intervalMs, { name, run }) =>
      scheduler.every(intervalMs, {
        name,
        run: async () => {
          if (!state.isDead && !state.isFrozen) await run();
        },
      }),
  };
}

/** All that is ready has had its turn. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

import { residentMibOf } from '../server/process-figures.js';

const SAMPLE_EVERY_MS = 100;

export type Phase = 'without' | 'beside' | 'underFaults';

/** Looks at what the server holds all the time, and keeps the most of each phase. */
export interface ResidentMemory {
  enter(phase: Phase): void;
  /** In MiB; null where the system does not tell. */
  most(): Readonly<Record<Phase, number>> | null;
  stop(): void;
}

/** @param pid of the server's life of now, null between two. */
export function watchResidentMemory(pid: () => number | null): ResidentMemory {
  const most: Record<Phase, number> = { without: 0, beside: 0, underFaults: 0 };
  let phase: Phase = 'without';
  let samples = 0;
  const timer = setInterval(() => {
    const mine = phase;
    const current = pid();
    if (current === null) return;
    void residentMibOf(current).then((mib) => {
      if (mib === null) return;
      samples += 1;
      most[mine] = Math.max(most[mine], mib);
    });
  }, SAMPLE_EVERY_MS);
  timer.unref();
  return {
    enter: (next) => {
      phase = next;
    },
    most: () => (samples === 0 ? null : most),
    stop: () => clearInterval(timer),
  };
}

import { median } from '../report/statistics.js';

/**
 * Touches one page of memory after the other, for a while, and does nothing else: no system call, no garbage. Prints when
 * that was slow, which only the machine can be to blame for. A machine that is a guest can be slowed by its host, which
 * neither the guest's scheduler nor its counter of stolen time need to show.
 */

/** In ms of the walk: from when, until when, and how long the slow passes in between took together. */
export interface SlowSpell {
  readonly from: number;
  readonly until: number;
  readonly ms: number;
}

export interface MemoryWalk {
  /** How long it walked, in ms. */
  readonly lengthMs: number;
  /** Of one pass, the median, in µs. */
  readonly passUs: number;
  readonly spells: readonly SlowSpell[];
}

const MEMORY_BYTES = 64 * 1_024 * 1_024;
const PAGE_BYTES = 4_096;
const PAGES_OF_A_PASS = 1_000;
/** A pass is slow that takes so many times as long as the median one, and slow passes within so many ms are one spell. */
const SLOW_TIMES = 5;
const SAME_SPELL_MS = 100;
/** Shorter spells are what any operating system does now and then. */
const SPELL_MS = 10;

function walk(lengthMs: number): MemoryWalk {
  const memory = new Uint8Array(MEMORY_BYTES).fill(1);
  const passes: { readonly at: number; readonly ms: number }[] = [];
  const start = performance.now();
  let place = 0;
  for (let at = start; at - start < lengthMs; at = performance.now()) {
    for (let page = 0; page < PAGES_OF_A_PASS; page += 1) {
      place = (place + PAGE_BYTES) % MEMORY_BYTES;
      memory[place] = ((memory[place] ?? 0) + 1) % 256;
    }
    passes.push({ at: at - start, ms: performance.now() - at });
  }
  const usualMs = median(passes.map(({ ms }) => ms));
  const spells: { from: number; until: number; ms: number }[] = [];
  for (const { at, ms } of passes) {
    if (ms < usualMs * SLOW_TIMES) continue;
    const last = spells.at(-1);
    if (last !== undefined && at - last.until < SAME_SPELL_MS)
      Object.assign(last, { until: at + ms, ms: last.ms + ms });
    else spells.push({ from: at, until: at + ms, ms });
  }
  return { lengthMs, passUs: usualMs * 1_000, spells: spells.filter(({ ms }) => ms >= SPELL_MS) };
}

process.stdout.write(`${JSON.stringify(walk(Number(process.argv[2])))}\n`);

const clock = globalThis[Symbol.for('chaos.clock')];

export function createSystemClock() {
  clock.made += 1;
  return { now: () => Date.now() + clock.offsetMs };
}

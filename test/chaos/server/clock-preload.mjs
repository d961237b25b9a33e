// Loaded with `node --import` into a server under test: puts a clock that can be stepped in the place of the system's,
// at the clock port's adapter, and lets the parent step it. The server itself is the built one, unchanged.
import { register } from 'node:module';

const clock = { offsetMs: Number(process.env.CHAOS_CLOCK_OFFSET_MS ?? 0), made: 0 };
globalThis[Symbol.for('chaos.clock')] = clock;
register('./clock-hooks.mjs', import.meta.url);

process.on('message', ({ offsetMs }) => {
  clock.offsetMs = offsetMs;
  process.send({ offsetMs, clocksMade: clock.made });
});
// Whoever tests it is gone: nothing may be left running.
process.on('disconnect', () => process.exit(1));
process.channel?.unref();

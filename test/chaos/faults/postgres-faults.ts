import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.js';
import type { Effect, Stage } from './stage.js';

export function killPostgres({ postgres, postgresQueue }: Stage, random: Random): Promise<Effect> {
  return postgresQueue.run(async () => {
    await postgres.kill('SIGKILL');
    const downMs = random.whole(100, 2_500);
    await delay(downMs);
    await postgres.restart();
    return { effective: true, note: `down for ${downMs} ms and its recovery` };
  });
}

/** Nothing closes and nothing answers; sometimes for longer than senders are kept waiting. */
export function freezePostgres({ postgres, postgresQueue }: Stage, random: Random): Promise<Effect> {
  return postgresQueue.run(async () => {
    const frozenMs = random.pick([random.whole(300, 2_500), random.whole(3_000, 8_000)]);
    await postgres.kill('SIGSTOP');
    try {
      await delay(frozenMs);
    } finally {
      await postgres.kill('SIGCONT');
    }
    return { effective: true, note: `frozen for ${frozenMs} ms` };
  });
}

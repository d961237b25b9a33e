import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.js';
import type { TcpProxy } from '../tcp-proxy.js';
import type { Effect, Stage } from './stage.js';

function networks({ devices }: Stage): readonly TcpProxy[] {
  return devices.map(({ proxy }) => proxy);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function effectOn(connections: number, what: string): Effect {
  return { effective: connections > 0, note: `${connections} connections ${what}` };
}

/** Some at once, some in the middle of what they send next. */
export function cutConnections(stage: Stage, random: Random): Promise<Effect> {
  return stage.networkQueue.run(async () => {
    const cut = random
      .some(networks(stage), random.pick([0.3, 1]))
      .map((proxy) => (random.chance(0.5) ? proxy.cut() : proxy.cutMidway()));
    return effectOn(sum(cut), 'cut');
  });
}

export function severConnections(stage: Stage, random: Random): Promise<Effect> {
  return stage.networkQueue.run(async () => {
    const chosen = random.some(networks(stage), 0.3);
    const severed = sum(chosen.map((proxy) => proxy.sever()));
    await delay(random.whole(3_000, 12_000));
    for (const proxy of chosen) proxy.forget();
    return effectOn(severed, 'half-open');
  });
}

export function stallConnections(stage: Stage, random: Random): Promise<Effect> {
  return stage.networkQueue.run(async () => {
    const chosen = random.some(networks(stage), 0.4);
    const stalled = sum(chosen.map(({ open }) => open));
    for (const proxy of chosen) proxy.hold(random.pick(['both', 'from-server']));
    await delay(random.whole(1_000, 7_000));
    for (const proxy of chosen) proxy.release();
    return effectOn(stalled, 'stalled');
  });
}

export function slowNetwork(stage: Stage, random: Random): Promise<Effect> {
  return stage.networkQueue.run(async () => {
    const chosen = random.some(networks(stage), 0.6);
    const before = sum(chosen.map(({ delayed }) => delayed));
    const most = random.pick([50, 400, 1_500]);
    for (const proxy of chosen) proxy.slow(() => random.whole(1, most));
    await delay(random.whole(3_000, 6_000));
    for (const proxy of chosen) proxy.slow(undefined);
    const delayed = sum(chosen.map((proxy) => proxy.delayed)) - before;
    return { effective: delayed > 0, note: `${delayed} chunks delayed by up to ${most} ms` };
  });
}

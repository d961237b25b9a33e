import { setTimeout as delay } from 'node:timers/promises';
import type { Socket } from 'socket.io-client';

/** How often a message is sent, in ms. */
const EVERY_MS = 100;
/**
 * Messages cross live once so many in a row have each taken less than this, in ms. The announcement of heads brings
 * messages, too, but at most two in a row that fast.
 */
const LIVE_IN_A_ROW = 3;
const LIVE_MS = 200;
const POLL_MS = 10;
/** After this time, in ms, something must be wrong. */
const LIMIT_MS = 60_000;

/** A message's times, in ms of `performance.now()`; NaN until it has arrived. */
export interface Crossing {
  readonly sentAt: number;
  /** When it arrived on the process that it was sent to. */
  nearAt: number;
  /** When it arrived on the other process. */
  farAt: number;
}

/** Messages that are sent one by one, until they are stopped. */
export interface Crossings {
  readonly all: readonly Crossing[];
  /**
   * Resolves with the time at which the first message arrived of those that cross live, if it was sent after `since`.
   *
   * @throws when that takes too long.
   */
  liveAgain(since: number): Promise<number>;
  /** Sends no more, and resolves when everything has arrived. @throws when that takes too long. */
  finish(): Promise<void>;
  /** Sends no more, and listens no more. Repeating it does nothing. */
  stop(): void;
}

export interface Devices {
  readonly consultationId: string;
  readonly sender: Socket;
  readonly near: Socket;
  readonly far: Socket;
}

let series = 0;

export function startCrossings({ consultationId, sender, near, far }: Devices): Crossings {
  series += 1;
  const start = `${series} `;
  const all: Crossing[] = [];
  const timer = setInterval(() => {
    const content = start + all.length;
    all.push({ sentAt: performance.now(), nearAt: Number.NaN, farAt: Number.NaN });
    sender.emit('send_message', { consultationId, sender: 'user', content });
  }, EVERY_MS);
  const stopListening = [listen(near, 'nearAt'), listen(far, 'farAt')];

  function listen(socket: Socket, field: 'nearAt' | 'farAt'): () => void {
    const heard = ({ content }: { readonly content: string }): void => {
      const crossing = content.startsWith(start) ? all[Number(content.slice(start.length))] : undefined;
      if (crossing !== undefined) crossing[field] = performance.now();
    };
    socket.on('new_message', heard);
    return () => void socket.off('new_message', heard);
  }

  return {
    all,
    liveAgain: (since) => patiently('no message crosses live', () => firstLive(all, since)),
    finish: async () => {
      clearInterval(timer);
      const isHere = ({ nearAt, farAt }: Crossing): boolean => nearAt > 0 && farAt > 0;
      await patiently('a message did not arrive', () => (all.every(isHere) ? true : undefined));
    },
    stop: () => {
      clearInterval(timer);
      for (const stop of stopListening) stop();
    },
  };
}

function firstLive(all: readonly Crossing[], since: number): number | undefined {
  const later = all.filter(({ sentAt }) => sentAt >= since);
  const isLive = ({ sentAt, farAt }: Crossing): boolean => farAt - sentAt < LIVE_MS;
  const first = later.findIndex((_, index) => {
    const row = later.slice(index, index + LIVE_IN_A_ROW);
    return row.length === LIVE_IN_A_ROW && row.every(isLive);
  });
  return later[first]?.farAt;
}

async function patiently<Result>(failure: string, attempt: () => Result | undefined): Promise<Result> {
  const end = performance.now() + LIMIT_MS;
  for (;;) {
    const result = attempt();
    if (result !== undefined) return result;
    if (performance.now() > end) throw new Error(`${failure} within ${LIMIT_MS} ms`);
    await delay(POLL_MS);
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { BUSY, CROWDED } from './clinic.js';
import { createContent, createInvalidContent } from './content.js';
import type { ChaosDevice } from './devices/device.js';
import type { RawDevice } from './devices/raw-device.js';
import type { Random } from './random.js';

/** Sends of one device that may wait for their outcome; with more it waits itself. */
const MAX_UNSETTLED = 10;
const LARGEST_BURST = 12;

/** What somebody once sent, to be sent again. */
interface Sent {
  readonly content: string;
  readonly clientMessageId: string;
}

export interface Actor {
  readonly device: ChaosDevice;
  /** Does one thing after the other until told to stop, and then until all that it said has an outcome. */
  run(isOver: () => boolean): Promise<void>;
  /** Says one thing. */
  say(): Promise<void>;
}

/** How often, relative to the others, and what. */
type Habit = readonly [weight: number, action: () => Promise<void>];

/** A person at a device, who does what `random` says. */
export function createActor(device: ChaosDevice, random: Random): Actor {
  const sent: Sent[] = [];
  const unsettled = new Set<Promise<unknown>>();
  const raw = isRaw(device) ? device : null;
  let count = 0;

  function compose(): Sent {
    count += 1;
    const clientMessageId = `${device.id}-${count}`;
    return { clientMessageId, content: createContent(random, clientMessageId) };
  }

  function start(saying: Promise<unknown>): void {
    unsettled.add(saying);
    void saying.finally(() => unsettled.delete(saying));
  }

  function sayNew(): Promise<unknown> {
    const message = compose();
    sent.push(message);
    return device.say(message.content, message.clientMessageId);
  }

  /** What only a client of our own does: repeats of old ids, conflicts, nonsense, sends that nobody follows up. */
  function misbehave(client: RawDevice): Promise<unknown> {
    const old = sent.length === 0 ? null : random.pick(sent);
    const kind = random.next();
    if (kind < 0.4 && old !== null) return client.say(old.content, old.clientMessageId);
    if (kind < 0.6 && old !== null) return client.attempt(`${old.content}, rather not`, old.clientMessageId);
    const { content, clientMessageId } = compose();
    if (kind < 0.75) return client.attempt(content, null);
    if (kind < 0.9) return client.attempt(content, clientMessageId);
    return client.attempt(createInvalidContent(random, clientMessageId), clientMessageId);
  }

  async function say(): Promise<void> {
    start(sayNew());
  }
  async function burst(): Promise<void> {
    for (let left = random.whole(2, LARGEST_BURST); left > 0; left -= 1) start(sayNew());
  }
  const ofEverybody: readonly Habit[] = [
    [50, say],
    [5, burst],
    [17, device.markRead],
    [3, device.leaveAndReturn],
    [2, async () => device.reconnect()],
  ];
  const ofRaw: readonly Habit[] =
    raw === null
      ? []
      : [
          [20, async () => start(misbehave(raw))],
          [1, raw.markBeyond],
          [2, raw.lookBack],
        ];
  const habits = [...ofEverybody, ...ofRaw];
  const total = habits.reduce((sum, [weight]) => sum + weight, 0);

  async function act(): Promise<void> {
    let left = random.next() * total;
    for (const [weight, action] of habits) {
      left -= weight;
      if (left < 0) return action();
    }
  }

  return {
    device,
    say: async () => {
      await sayNew();
    },
    run: async (isOver) => {
      const slowest = paceOf(device.consultationId);
      while (!isOver()) {
        await delay(random.whole(10, slowest));
        if (unsettled.size < MAX_UNSETTLED) await act();
        else await Promise.race(unsettled);
      }
      await Promise.all(unsettled);
    },
  };
}

/** Milliseconds between two actions at most. What the crowd hears of is said slowly: it is heard hundreds of times. */
function paceOf(consultationId: string): number {
  if (consultationId === CROWDED) return 4_000;
  return BUSY.some((id) => id === consultationId) ? 500 : 1_500;
}

function isRaw(device: ChaosDevice): device is RawDevice {
  return device.client === 'raw';
}

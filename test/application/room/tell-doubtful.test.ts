import { expect, test } from 'vitest';
import { createVirtualTime } from '../../../src/adapters/memory/virtual-time.js';
import type { StreamVersion } from '../../../src/application/ports/event-store.js';
import { createTellDoubtful, DOUBT_MS } from '../../../src/application/room/tell-doubtful.js';

function open() {
  const time = createVirtualTime(0);
  const heard: string[] = [];
  let missed = 0;
  const doubtful = createTellDoubtful({
    news: {
      moved: (streams: readonly StreamVersion[]) =>
        void heard.push(...streams.map(({ streamId }) => streamId)),
      missed: () => {
        missed += 1;
      },
    },
    peerSender: { doubted: () => {} },
    scheduler: time.scheduler,
  });
  const take = (): readonly string[] => heard.splice(0);
  return { time, doubtful, take, missed: () => missed };
}

const stream = (id: string): StreamVersion => ({ streamId: `consultation:${id}`, version: 1 });

test('what may have been stored is told at once, and again when it is certain', async () => {
  const { time, doubtful, take } = open();
  doubtful.tell(stream('c-1'));
  expect(take()).toEqual(['consultation:c-1']);
  await time.advance(DOUBT_MS);
  expect(take()).toEqual([]);
  await time.advance(DOUBT_MS);
  expect(take()).toEqual(['consultation:c-1']);
  await time.advance(10 * DOUBT_MS);
  expect(take()).toEqual([]);
});

test('if more streams are in doubt than are remembered, everything counts as missed', async () => {
  const { time, doubtful, missed } = open();
  for (let index = 0; index <= 10_000; index += 1) doubtful.tell(stream(`c-${index}`));
  await time.advance(2 * DOUBT_MS);
  expect(missed()).toBe(1);
});

test('after `stop` nothing is told any more, and repeating it does nothing', async () => {
  const { time, doubtful, take } = open();
  doubtful.tell(stream('c-1'));
  await doubtful.stop();
  doubtful.tell(stream('c-2'));
  await doubtful.stop();
  expect(take()).toEqual(['consultation:c-1', 'consultation:c-2']);
  await time.advance(10 * DOUBT_MS);
  expect(take()).toEqual([]);
});

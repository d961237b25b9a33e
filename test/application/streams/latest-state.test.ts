import { expect, test } from 'vitest';
import type { Versioned } from '../../../src/application/ports/state-reader.js';
import { createStreamCache } from '../../../src/application/streams/stream-cache.js';

const ID = 'consultation-1';

/** A store whose answers come when they are let go, each with what was there when it was asked. */
function slowStore() {
  let version = 1;
  const answers: (() => void)[] = [];
  return {
    load: (): Promise<Versioned<string>> => {
      const read = { state: `at ${version}`, version };
      return new Promise((resolve) => answers.push(() => resolve(read)));
    },
    moveOn: () => {
      version += 1;
    },
    answerNext: () => answers.shift()?.(),
    answerNewest: () => answers.pop()?.(),
  };
}

async function withOneRead() {
  const store = slowStore();
  const cache = createStreamCache({ load: store.load, maxCached: 10 });
  const found = Promise.resolve(cache.find(ID));
  store.answerNext();
  return { store, cache, entry: await found };
}

test('the latest state is never from a read that began before the question, whoever waits for one', async () => {
  const { store, cache, entry } = await withOneRead();
  // Nobody knows what became of an append: until one succeeds, memory answers for nothing.
  cache.distrust(ID, entry);
  const slow = Promise.resolve(cache.find(ID));
  store.moveOn();
  const latest = cache.latest(ID);
  store.answerNewest();
  expect(await latest).toMatchObject({ stored: 'at 2', storedVersion: 2 });
  store.answerNext();
  expect(await slow).toMatchObject({ storedVersion: 2 });
});

test('what was stored from here while the store was asked is the latest', async () => {
  const { store, cache, entry } = await withOneRead();
  const latest = cache.latest(ID);
  entry.pending = 'at 2';
  entry.pendingVersion = 2;
  cache.stored(ID, entry, 'at 2', 2, false);
  store.moveOn();
  store.answerNext();
  expect(await latest).toMatchObject({ stored: 'at 2', storedVersion: 2 });
  // Memory that is at the same version as the store is the answer, and is kept.
  const again = cache.latest(ID);
  store.answerNext();
  expect(await again).toBe(entry);
});

test('a state that another process has stored is kept where nothing is in flight', async () => {
  const { store, cache, entry } = await withOneRead();
  store.moveOn();
  const latest = cache.latest(ID);
  store.answerNext();
  expect(await latest).toMatchObject({ storedVersion: 2 });
  expect(cache.cached(ID)).toMatchObject({ stored: 'at 2', storedVersion: 2 });
  expect(cache.cached(ID)).not.toBe(entry);
});

test('who asks after something was heard is not answered by a read that began before', async () => {
  const store = slowStore();
  const cache = createStreamCache({ load: store.load, maxCached: 10 });
  const before = Promise.resolve(cache.find(ID));
  store.moveOn();
  cache.learn(ID, 2, null);
  const after = Promise.resolve(cache.find(ID));
  store.answerNewest();
  expect(await after).toMatchObject({ stored: 'at 2', storedVersion: 2 });
  store.answerNext();
  await before;
  expect(cache.cached(ID)).toMatchObject({ stored: 'at 2', storedVersion: 2 });
});

test('who asks after the stream was forgotten is not answered by a read that began before', async () => {
  const store = slowStore();
  const cache = createStreamCache({ load: store.load, maxCached: 10 });
  const before = Promise.resolve(cache.find(ID));
  const keep = cache.cacheFiller();
  const readElsewhere = { state: 'at 1', version: 1 };
  store.moveOn();
  cache.forget(ID);
  keep(ID, readElsewhere);
  const after = Promise.resolve(cache.find(ID));
  store.answerNewest();
  expect(await after).toMatchObject({ stored: 'at 2', storedVersion: 2 });
  store.answerNext();
  await before;
  expect(cache.cached(ID)).toMatchObject({ storedVersion: 2 });
});

test('who asks after an append has failed is not answered by a read that began before', async () => {
  const { store, cache, entry } = await withOneRead();
  cache.distrust(ID, entry);
  void cache.find(ID);
  store.moveOn();
  cache.distrust(ID, entry);
  const after = Promise.resolve(cache.find(ID));
  store.answerNewest();
  expect(await after).toMatchObject({ storedVersion: 2 });
});

test('a slow read takes nothing back on which something is being decided', async () => {
  const store = slowStore();
  const cache = createStreamCache({ load: store.load, maxCached: 10 });
  const slow = Promise.resolve(cache.find(ID));
  store.moveOn();
  const latest = cache.latest(ID);
  store.answerNewest();
  const newest = await latest;
  store.answerNext();
  expect(await slow).toBe(newest);
  expect(cache.cached(ID)).toBe(newest);
});

test('what was being read when everything was forgotten is not kept', async () => {
  const store = slowStore();
  const cache = createStreamCache({ load: store.load, maxCached: 10 });
  const before = Promise.resolve(cache.find(ID));
  store.moveOn();
  cache.forgetUnless(() => false);
  store.answerNext();
  expect(await before).toMatchObject({ storedVersion: 1 });
  expect(cache.cached(ID)).toBeUndefined();
});

test('what was asked for before the stream was forgotten is an answer, and is not kept', async () => {
  const { store, cache } = await withOneRead();
  store.moveOn();
  const latest = cache.latest(ID);
  store.moveOn();
  cache.forget(ID);
  store.answerNext();
  expect(await latest).toMatchObject({ storedVersion: 2 });
  expect(cache.cached(ID)).toBeUndefined();
});

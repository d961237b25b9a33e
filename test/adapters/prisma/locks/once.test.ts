import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { type Database, openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { doOnce } from '../../../../src/adapters/prisma/locks/once.js';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres.js';

let testDatabase: TestDatabase;
let here: Database;
let elsewhere: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const open = () => openDatabase({ databaseUrl: testDatabase.databaseUrl, logger: createSilentLogger() });
  [here, elsewhere] = [open(), open()];
});
afterAll(async () => {
  await Promise.all([here.$disconnect(), elsewhere.$disconnect()]);
  await testDatabase.drop();
});

/** Work that begins here and goes on until it is let end. */
async function begin(what: string) {
  let end = (): void => {};
  let begun = (): void => {};
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const done = doOnce(here.pool, what, () => {
    begun();
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  });
  await isBegun;
  return { done, end: () => end() };
}

test('what one process is at is left to it by the others, and taken up once it is done', async () => {
  const { done, end } = await begin('sweep');
  let times = 0;
  const work = async (): Promise<void> => {
    times += 1;
  };
  expect(await doOnce(elsewhere.pool, 'sweep', work)).toBe(false);
  expect(times).toBe(0);
  expect(await doOnce(elsewhere.pool, 'another sweep', work)).toBe(true);
  end();
  expect(await done).toBe(true);
  expect(await doOnce(elsewhere.pool, 'sweep', work)).toBe(true);
  expect(times).toBe(2);
});

test('work that fails says so, and is no longer in the way of others', async () => {
  const failure = new Error('it cannot be done');
  await expect(doOnce(here.pool, 'sweep', () => Promise.reject(failure))).rejects.toBe(failure);
  expect(await doOnce(elsewhere.pool, 'sweep', async () => {})).toBe(true);
});

import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { chatIdentityOf } from '../../../../src/adapters/prisma/connection/chat-identity.js';
import { type Database, openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { createPrismaSharedCounts } from '../../../../src/adapters/prisma/peers/shared-counts.js';
import { describeSharedCountsContract } from '../../../contracts/shared-counts.js';
import { createTestDatabase } from '../../../support/postgres.js';
import { queryRows } from '../prisma-storage.js';

const open = (databaseUrl: string): Database => openDatabase({ databaseUrl, logger: createSilentLogger() });

describeSharedCountsContract('PostgreSQL', async () => {
  const [here, elsewhere] = [await createTestDatabase(), await createTestDatabase()];
  const databases: Database[] = [];
  const joinAt = async (databaseUrl: string) => {
    const database = open(databaseUrl);
    databases.push(database);
    return createPrismaSharedCounts(database, randomUUID());
  };
  return {
    join: () => joinAt(here.databaseUrl),
    joinElsewhere: () => joinAt(elsewhere.databaseUrl),
    close: async () => {
      for (const database of databases) await database.$disconnect();
      await here.drop();
      await elsewhere.drop();
    },
  };
});

test('the database holds no keys that somebody could read, and forgets what is over', async () => {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  const database = open(databaseUrl);
  onTestFinished(() => database.$disconnect());
  const past = "(SELECT 'old ' || n, 1, now() - interval '1 second' FROM generate_series(1, 100) n)";
  await queryRows(databaseUrl, `INSERT INTO shared_uses (key, uses, ends_at) ${past}`);
  const counts = createPrismaSharedCounts(database, 'one');
  await counts.use('handshake:192.0.2.1', 60_000);
  await counts.hold('connections:192.0.2.1', 1);
  await expect
    .poll(() => queryRows(databaseUrl, 'SELECT key FROM shared_uses'), { timeout: 20_000 })
    .toHaveLength(1);
  const kept = await queryRows(databaseUrl, 'SELECT key FROM shared_uses UNION SELECT key FROM shared_holds');
  expect(JSON.stringify(kept)).not.toContain('192');
});

test('a chat is the same one by whatever name it is reached, and no other one', async () => {
  const [one, other] = [await createTestDatabase(), await createTestDatabase()];
  onTestFinished(one.drop);
  onTestFinished(other.drop);
  const role = `guest_${randomUUID().replaceAll('-', '')}`;
  await queryRows(one.databaseUrl, `CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
  await queryRows(one.databaseUrl, 'CREATE SCHEMA another');
  await queryRows(one.databaseUrl, `GRANT USAGE ON SCHEMA another TO ${role}`);
  onTestFinished(async () => {
    await queryRows(one.databaseUrl, `DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });
  const identityOf = async (databaseUrl: string): Promise<string> => {
    const database = open(databaseUrl);
    try {
      return await chatIdentityOf(database.pool);
    } finally {
      await database.$disconnect();
    }
  };
  const byAnotherName = new URL(one.databaseUrl);
  byAnotherName.hostname = 'localhost';
  byAnotherName.username = role;
  byAnotherName.password = 'secret';
  const identity = await identityOf(one.databaseUrl);
  expect(identity).toMatch(/^[\w-]{22}$/);
  expect(await identityOf(byAnotherName.href)).toBe(identity);
  byAnotherName.searchParams.set('schema', 'another');
  const others = [await identityOf(other.databaseUrl), await identityOf(byAnotherName.href)];
  expect(new Set([identity, ...others]).size).toBe(3);
});

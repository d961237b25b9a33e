import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase, startPostgresCluster } from './postgres.js';

async function query(databaseUrl: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('many databases are made at once from one template, each by itself', async () => {
  const databases = await Promise.all(Array.from({ length: 8 }, () => createTestDatabase()));
  onTestFinished(async () => {
    await Promise.all(databases.map(({ drop }) => drop()));
  });
  for (const { databaseUrl } of databases) await query(databaseUrl, 'CREATE TABLE mine (id int)');
});

test('a cluster of its own keeps its data through a kill and is frozen by SIGSTOP', async () => {
  const cluster = await startPostgresCluster();
  onTestFinished(() => cluster.stop());
  await query(cluster.databaseUrl, 'CREATE TABLE kept AS SELECT 1 AS one');
  const before = cluster.pid;
  await cluster.kill('SIGKILL');
  await expect(query(cluster.databaseUrl, 'SELECT 1')).rejects.toThrow();
  await cluster.restart();
  expect(cluster.pid).not.toBe(before);
  expect(await query(cluster.databaseUrl, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);

  const client = new pg.Client({ connectionString: cluster.databaseUrl });
  await client.connect();
  await cluster.kill('SIGSTOP');
  let answered = false;
  const answer = client.query('SELECT 1').then(() => {
    answered = true;
  });
  expect(answered).toBe(false);
  await cluster.kill('SIGCONT');
  await answer;
  await client.end();
});

import { describe, expect, onTestFinished, test } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { type Database, openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { READ_MODELS } from '../../../../src/adapters/prisma/connection/read-model-tables.js';
import { serverRequirements } from '../../../../src/adapters/prisma/requirements/server-requirements.js';
import {
  APPEND_FUNCTION,
  SERVING_PRIVILEGES,
} from '../../../../src/adapters/prisma/requirements/serving-privileges.js';
import { verifySchema, verifySessions } from '../../../../src/adapters/prisma/requirements/verify.js';
import { AWKWARD_SETTINGS, createRole, createTestDatabaseWith, queryRows } from '../prisma-storage.js';
import { openStartupRelay } from '../startup-relay.js';
import { openTransactionPooler } from '../transaction-pooler.js';

function opened(databaseUrl: string): Database {
  const database = openDatabase({ databaseUrl, logger: createSilentLogger() });
  onTestFinished(() => database.$disconnect());
  return database;
}

async function migrated(settings: Readonly<Record<string, string>> = {}): Promise<string> {
  const { databaseUrl, drop } = await createTestDatabaseWith(settings);
  onTestFinished(drop);
  return databaseUrl;
}

/** A URL through somebody who drops what connections ask for. */
async function behindRelay(databaseUrl: string): Promise<string> {
  const relay = await openStartupRelay(databaseUrl, ['options', 'TimeZone', 'DateStyle', 'client_encoding']);
  onTestFinished(() => relay.close());
  return relay.databaseUrl;
}

const TO_SERVE = [
  'GRANT SELECT, INSERT ON events, access_log',
  `GRANT SELECT, INSERT, UPDATE, DELETE ON ${READ_MODELS.join(', ')}, shared_uses, shared_holds`,
  'GRANT SELECT, INSERT, UPDATE ON write_probe',
  'GRANT USAGE ON SEQUENCE events_position_seq, access_log_id_seq',
];
const REVOKE_CALL = `REVOKE EXECUTE ON FUNCTION ${APPEND_FUNCTION}`;

test('of every table that the migrations make it is known what the role that serves may do with it', async () => {
  const tables = await queryRows(
    await migrated(),
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
  );
  expect(tables.map(({ name }) => name).sort()).toEqual([...SERVING_PRIVILEGES.keys()].sort());
});

describe('a start is let through', () => {
  test('whatever the defaults of the database are', async () => {
    const database = opened(await migrated(AWKWARD_SETTINGS));
    await verifySessions(database);
    await verifySchema(database);
  });

  test('with a role that may do what is needed and nothing else', async () => {
    const database = opened((await createRole(await migrated(), ...TO_SERVE)).href);
    await verifySessions(database);
    await verifySchema(database);
  });

  test('where a pooler drops what connections ask for at their start, whatever the defaults are', async () => {
    const database = opened(await behindRelay(await migrated(AWKWARD_SETTINGS)));
    await verifySessions(database);
    await verifySchema(database);
  });

  test('with a role that has a schema of its own name, with tables like ours', async () => {
    const databaseUrl = await migrated();
    const url = await createRole(databaseUrl, ...TO_SERVE);
    await queryRows(databaseUrl, `CREATE SCHEMA ${url.username} AUTHORIZATION ${url.username}`);
    await queryRows(databaseUrl, `CREATE TABLE ${url.username}.doctors (name text)`);
    await queryRows(databaseUrl, `GRANT SELECT ON ${url.username}.doctors TO ${url.username}`);
    const database = opened(url.href);
    await verifySessions(database);
    await verifySchema(database);
  });
});

describe('a start is stopped by one line that names the setting', () => {
  test.each([
    ['TimeZone', { TimeZone: "'America/New_York'" }],
    ['DateStyle', { DateStyle: 'German, DMY' }],
    ['default_transaction_isolation', { default_transaction_isolation: 'serializable' }],
    ['synchronous_commit', { synchronous_commit: 'off' }],
    ['standard_conforming_strings', { standard_conforming_strings: 'off' }],
    ['extra_float_digits', { extra_float_digits: '-15' }],
    ['search_path', { search_path: 'public, "$user"' }],
  ])('%s', async (name, settings) => {
    const database = opened(await migrated());
    // Somebody between who has sessions of his own.
    const changes = Object.entries(settings).map(([setting, value]) => `SET ${setting} = ${value}`);
    database.pool.on('connect', (session) => void session.query(changes.join(';')));
    await expect(verifySessions(database)).rejects.toThrow(
      new RegExp(`^${name} is [^\\n]+ and must be [^\\n]+\\.$`),
    );
  });

  test('a server that is too old', async () => {
    const old = { number: 140_022, name: '14.22', in_recovery: false, read_only: false };
    const session = { query: async <Row>() => ({ rows: [old as Row] }) };
    const complaints = await Promise.all(serverRequirements.map((requirement) => requirement.check(session)));
    expect(complaints).toEqual(['server_version is 14.22 and must be 15 or newer: update PostgreSQL', null]);
  });

  test('default_transaction_read_only', async () => {
    const database = opened(await migrated({ default_transaction_read_only: 'on' }));
    await expect(verifySessions(database)).rejects.toThrow(
      /^default_transaction_read_only is on and must be off: /,
    );
  });

  test('an encoding that has no emoji', async () => {
    const databaseUrl = await migrated();
    const name = `latin_${process.pid}`;
    await queryRows(databaseUrl, `CREATE DATABASE ${name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
    onTestFinished(async () => {
      await queryRows(databaseUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    });
    const url = new URL(databaseUrl);
    url.pathname = `/${name}`;
    const database = openDatabase({ databaseUrl: url.href, logger: createSilentLogger() });
    await expect(verifySessions(database)).rejects.toThrow(/^server_encoding is LATIN1 and must be UTF8: /);
    await database.$disconnect();
  });

  test('a schema that the role may not use', async () => {
    const databaseUrl = await migrated();
    const url = await createRole(databaseUrl, ...TO_SERVE);
    await queryRows(databaseUrl, 'REVOKE USAGE ON SCHEMA public FROM PUBLIC');
    await expect(verifySchema(opened(url.href))).rejects.toThrow(
      /^The role \S+ may not use the schema public: GRANT USAGE ON SCHEMA "public" TO "\S+"\.$/,
    );
  });

  test.each([
    ['events', 'REVOKE INSERT ON events', 'may not INSERT on events'],
    ['access_log', 'REVOKE SELECT ON access_log', 'may not SELECT on access_log'],
    ['a read model', 'REVOKE DELETE, UPDATE ON messages', 'may not UPDATE, DELETE on messages'],
    ['a sequence', 'REVOKE USAGE ON SEQUENCE events_position_seq', 'may not use public.events_position_seq'],
    ['a function', `${REVOKE_CALL} FROM PUBLIC; ${REVOKE_CALL}`, `may not call ${APPEND_FUNCTION}`],
  ])('a privilege that the role lacks: %s', async (_, revoke, line) => {
    const databaseUrl = await migrated();
    const url = await createRole(databaseUrl, ...TO_SERVE);
    await queryRows(databaseUrl, `${revoke} FROM ${url.username}`);
    await expect(verifySchema(opened(url.href))).rejects.toThrow(line);
  });

  test('a sequence that the role may not use, on a server that refuses to tell its last value, too', async () => {
    const databaseUrl = await migrated();
    // As servers before PostgreSQL 17 have it; first in the path, it stands for theirs.
    await queryRows(
      databaseUrl,
      `CREATE FUNCTION public.pg_sequence_last_value(which regclass) RETURNS bigint LANGUAGE plpgsql AS $$
       BEGIN
         IF NOT has_sequence_privilege(which, 'USAGE') THEN
           RAISE EXCEPTION 'permission denied for sequence %', which;
         END IF;
         RETURN pg_catalog.pg_sequence_last_value(which);
       END $$`,
    );
    const url = await createRole(databaseUrl, ...TO_SERVE);
    const likeAnOlderServer = () => {
      const database = opened(url.href);
      database.pool.on('connect', (session) => void session.query('SET search_path = public, pg_catalog'));
      return database;
    };
    await verifySchema(likeAnOlderServer());
    await queryRows(databaseUrl, `REVOKE USAGE ON SEQUENCE access_log_id_seq FROM ${url.username}`);
    await expect(verifySchema(likeAnOlderServer())).rejects.toThrow(
      /^The role \S+ may not use public\.access_log_id_seq: GRANT USAGE /,
    );
  });

  test('a sequence that is behind its table', async () => {
    const databaseUrl = await migrated();
    await queryRows(
      databaseUrl,
      `INSERT INTO events (stream_id, version, type, schema_version, data, actor_kind, actor_id, occurred_at, position)
       VALUES ('patient:p', 1, 'PatientRegistered', 1, '{}', 'admin', 'a', now(), 7)`,
    );
    await expect(verifySchema(opened(databaseUrl))).rejects.toThrow(
      /^public\.events_position_seq is behind /,
    );
  });

  test('a pooler that lends sessions for one transaction', async () => {
    const pooler = await openTransactionPooler(await migrated({ synchronous_commit: 'on' }));
    onTestFinished(() => pooler.close());
    await expect(verifySessions(opened(pooler.databaseUrl))).rejects.toThrow(
      /set pool_mode to session \(PgBouncer\)/,
    );
  });

  test('a database that is not there', async () => {
    const database = opened('postgresql://chat:hunter2@127.0.0.1:1/chat');
    await expect(verifySessions(database)).rejects.toThrow(/^Cannot open the database at 127\.0\.0\.1:1: /);
  });
});

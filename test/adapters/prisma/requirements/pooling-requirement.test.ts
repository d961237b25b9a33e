import pg from 'pg';
import { expect, test } from 'vitest';
import type { Session } from '../../../../src/adapters/prisma/connection/session.js';
import { complaintOfPooling } from '../../../../src/adapters/prisma/requirements/pooling-requirement.js';

function failing(code: string): Session {
  return {
    query: async () => {
      throw Object.assign(new pg.DatabaseError('no', 0, 'error'), { code });
    },
  };
}

const answering: Session = { query: async () => ({ rows: [] }) };

test.each([
  ['has no connection left', '53300'],
  ['is shutting down', '57P03'],
])('of a database that %s, nobody is told that there is a pooler', async (_what, code) => {
  await expect(complaintOfPooling(answering, failing(code))).rejects.toMatchObject({ code });
});

test('a pooler that allows no transactions is complained of', async () => {
  expect(await complaintOfPooling(answering, failing('08P01'))).toMatch(/^A pooler in between/);
});

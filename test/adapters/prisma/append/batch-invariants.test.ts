import { describe, expect, test } from 'vitest';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import {
  appendBatch,
  type PreparedAppend,
  prepareAppend,
} from '../../../../src/adapters/prisma/append/append-batch.js';
import { NOTIFIES_NOBODY } from '../../../../src/adapters/prisma/append/append-notifier.js';
import { createBatchWriter } from '../../../../src/adapters/prisma/append/batch-writer.js';
import { createGroupCommit } from '../../../../src/adapters/prisma/append/group-commit.js';
import { createBatchedRead, NOT_YET } from '../../../../src/adapters/prisma/batching/batched-read.js';
import type { Database } from '../../../../src/adapters/prisma/connection/database.js';
import type { LogReader } from '../../../../src/adapters/prisma/log/log-reader.js';
import type { AppendOutcome } from '../../../../src/application/ports/event-store.js';
import { InvariantViolation } from '../../../../src/domain/invariant.js';
import { message, request } from '../../../contracts/storage.js';

/** A database that answers each statement with these rows, and counts the statements. */
function databaseThatAnswers(rows: readonly object[]) {
  const asked: unknown[] = [];
  const query = async (statement: unknown) => {
    asked.push(statement);
    return { rows };
  };
  return { asked, database: { pool: { query }, health: { failures: 0 } } as unknown as Database };
}

const NOBODY_READS = {} as LogReader;

type Answer = string | typeof NOT_YET;

function send(id: string, expectedVersion = 1) {
  return request(`consultation:${id}`, expectedVersion, [message(id, expectedVersion)]);
}

function prepared(id: string, expectedVersion: number): PreparedAppend {
  return prepareAppend(send(id, expectedVersion));
}

describe('group commit', () => {
  test('leaves nobody waiting for a writer that has forgotten them', async () => {
    const append = createGroupCommit(async ([first]) => {
      first?.queued[0]?.resolve({ outcome: 'conflict' });
      return 'answered';
    }, createRecordingMetrics());
    const [answered, forgotten] = await Promise.allSettled([append(send('one')), append(send('other'))]);
    expect(answered).toEqual({ status: 'fulfilled', value: { outcome: 'conflict' } satisfies AppendOutcome });
    expect(forgotten).toMatchObject({ status: 'rejected', reason: expect.any(InvariantViolation) });
  });

  test('believes no refusal of what it has not sent', async () => {
    const { database } = databaseThatAnswers([{ stream_id: 'consultation:foreign', key: null }]);
    const append = createGroupCommit(
      createBatchWriter(database, NOBODY_READS, NOTIFIES_NOBODY),
      createRecordingMetrics(),
    );
    const answers = await Promise.allSettled([append(send('one')), append(send('other'))]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(InvariantViolation) });
    }
  });
});

describe('a chain', () => {
  test.each([
    ['with a gap', [prepared('one', 1), prepared('one', 3)]],
    ['out of order', [prepared('one', 2), prepared('one', 1)]],
    ['of two streams', [prepared('one', 1), prepared('other', 2)]],
    ['without a request', []],
    ['of which an event has no row', [{ ...prepared('one', 1), rows: [] }]],
  ])('%s is not sent to the database', async (_what, appends) => {
    const { database, asked } = databaseThatAnswers([]);
    const chain = { streamId: 'consultation:one', appends } as const;
    await expect(appendBatch(database, [chain], NOTIFIES_NOBODY)).rejects.toThrow(InvariantViolation);
    expect(asked).toEqual([]);
  });

  test('without one is', async () => {
    const { database, asked } = databaseThatAnswers([]);
    const chain = {
      streamId: 'consultation:one',
      appends: [prepared('one', 1), prepared('one', 2)],
    } as const;
    expect(await appendBatch(database, [chain], NOTIFIES_NOBODY)).toEqual([]);
    expect(asked).toHaveLength(1);
  });
});

const TOO_FEW: readonly Answer[] = ['a'];
const TOO_MANY: readonly Answer[] = ['a', 'b', 'c'];
const NONE_FOR_THE_FIRST: readonly Answer[] = [NOT_YET, 'b'];

describe('a batched read', () => {
  test.each([
    ['too few answers', TOO_FEW],
    ['too many answers', TOO_MANY],
    ['no room for the first key', NONE_FOR_THE_FIRST],
  ])('that gets %s gives none of them', async (_what, answers) => {
    const read = createBatchedRead<string, string>({
      maxKeys: 2,
      nameOf: (key) => key,
      readMany: async () => answers,
    });
    for (const answer of await Promise.allSettled([read('first'), read('second')])) {
      expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(InvariantViolation) });
    }
  });
});

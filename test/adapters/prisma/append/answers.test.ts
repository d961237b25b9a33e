import { expect, test } from 'vitest';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import type { Batch } from '../../../../src/adapters/prisma/append/batch-writer.js';
import { createGroupCommit } from '../../../../src/adapters/prisma/append/group-commit.js';
import { message, request } from '../../../contracts/storage.js';

/** Group commit over a writer that a test answers for. */
function open() {
  const batches: Batch[] = [];
  const endings: (() => void)[] = [];
  const append = createGroupCommit((batch) => {
    batches.push(batch);
    return new Promise((resolve) => endings.push(() => resolve('answered')));
  }, createRecordingMetrics());
  const send = (id: string) => append(request(`consultation:${id}`, 1, [message(id, 1)]));
  const accept = (batch: number, chain: number) =>
    batches[batch]?.[chain]?.queued[0]?.resolve({ outcome: 'appended', events: [] });
  return { batches, send, accept, end: (batch: number) => endings[batch]?.() };
}

test('what is known of one is told, though the rest of its batch is not over', async () => {
  const { batches, send, accept, end } = open();
  const one = send('one');
  const other = send('other');
  await expect.poll(() => batches.length).toBe(1);
  accept(0, 0);
  await expect(one).resolves.toMatchObject({ outcome: 'appended' });
  accept(0, 1);
  end(0);
  await expect(other).resolves.toMatchObject({ outcome: 'appended' });
});

test('the last of all is told, with nothing behind it', async () => {
  const { batches, send, accept, end } = open();
  const one = send('one');
  await expect.poll(() => batches.length).toBe(1);
  accept(0, 0);
  end(0);
  await expect(one).resolves.toMatchObject({ outcome: 'appended' });
});

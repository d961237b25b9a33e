import { describe, expect, onTestFinished, test } from 'vitest';
import { DAY_MS } from '../../../../src/domain/instant.js';
import { describeConsultationQueriesContract } from '../../../contracts/consultation-queries.js';
import { describeMessageHistoryContract } from '../../../contracts/message-history.js';
import { describeStateReaderContract } from '../../../contracts/state-reader.js';
import { NOON, openFresh, registerPeople } from '../../../contracts/storage.js';
import { openPrismaStorageInZone, queryRows } from '../prisma-storage.js';

/** The sessions really are in New York time. */
const open = () => openPrismaStorageInZone('America/New_York');

describe('a session in another time zone than UTC', () => {
  test('moves no instant, in whichever way it is written and read', async () => {
    const storage = await open();
    onTestFinished(() => storage.close());
    const [session] = await storage.database.$queryRaw<
      { zone: string }[]
    >`SELECT current_setting('TimeZone') AS zone`;
    expect(session).toEqual({ zone: 'America/New_York' });
    await registerPeople(storage.eventStore);
    for (const expiresAt of [NOON + DAY_MS, Date.parse('1900-01-01T00:00:00.001Z')]) {
      const id = await openFresh(storage.eventStore, expiresAt);
      expect((await storage.stateReader.consultation(id)).state).toMatchObject({ expiresAt });
      const row = await storage.database.consultation.findUniqueOrThrow({ where: { id } });
      expect([row.expiresAt.getTime(), row.openedAt.getTime()]).toEqual([expiresAt, NOON]);
      const raw = await storage.database.$queryRaw<{ at: Date }[]>`
        SELECT expires_at AS at FROM consultations WHERE id = ${id} AND expires_at = ${new Date(expiresAt)}`;
      expect(raw.map(({ at }) => at.getTime())).toEqual([expiresAt]);
      const seen = await queryRows<{ ms: number }>(
        storage.databaseUrl,
        'SELECT (extract(epoch from expires_at) * 1000)::float8 AS ms FROM consultations WHERE id = $1',
        [id],
      );
      expect(seen).toEqual([{ ms: expiresAt }]);
    }
  });
});

describeStateReaderContract('prisma in New York', open, { numRuns: 5 });
describeMessageHistoryContract('prisma in New York', open);
describeConsultationQueriesContract('prisma in New York', open);

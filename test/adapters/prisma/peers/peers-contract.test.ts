import { onTestFinished } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { createPostgresPeers } from '../../../../src/adapters/prisma/peers/peers.js';
import { describePeersContract, listenWith, type PeerUnderTest } from '../../../contracts/peers.js';
import { createTestDatabase } from '../../../support/postgres.js';
import { queryRows } from '../prisma-storage.js';

const CUT = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'consultation-chat peers'`;

describePeersContract('PostgreSQL', async () => {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  const closing: (() => Promise<void>)[] = [];
  async function joinAt(url: string): Promise<PeerUnderTest> {
    const peers = createPostgresPeers({
      databaseUrl: url,
      logger: createSilentLogger(),
      metrics: createRecordingMetrics(),
    });
    closing.push(peers.close);
    await peers.open();
    return listenWith(peers);
  }
  return {
    join: () => joinAt(databaseUrl),
    joinElsewhere: () => joinAt(`${databaseUrl}?schema=elsewhere`),
    cut: async () => {
      await queryRows(databaseUrl, CUT);
    },
    end: drop,
    close: async () => {
      for (const close of closing) await close();
      await drop();
    },
  };
});

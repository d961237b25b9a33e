import { createPinoLogger } from '../../src/adapters/pino/pino-logger.js';
import type { Application } from '../../src/application/application.js';
import {
  type ConsultationHandler,
  createConsultationHandler,
} from '../../src/application/streams/stream-handlers.js';
import { readConfig } from '../../src/config.js';
import { createContainer } from '../../src/wiring/container.js';
import { TOKENS } from '../../src/wiring/tokens.js';

export interface BackOffice {
  readonly application: Application;
  /** Past every door, on the same database: for what happened at another time than now. */
  readonly consultations: ConsultationHandler;
}

/** The application over a database that a server under test may be using, too: for what no client can do. */
export async function withBackOffice(
  databaseUrl: string,
  work: (office: BackOffice) => Promise<void>,
): Promise<void> {
  const config = readConfig({ DATABASE_URL: databaseUrl, CHAT_AUTH: 'demo', LOG_LEVEL: 'silent' });
  const container = createContainer(
    config,
    { databaseUrl, migrationUrl: null },
    createPinoLogger({ level: config.logLevel }),
  );
  const storage = container.get(TOKENS.storage);
  try {
    await work({
      application: container.get(TOKENS.application),
      consultations: createConsultationHandler({
        ...storage,
        peers: container.get(TOKENS.peers),
        tellStored: () => {},
        tellDoubt: () => {},
        clock: container.get(TOKENS.clock),
      }),
    });
  } finally {
    await storage.close();
  }
}

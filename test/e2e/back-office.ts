import type { Application } from '../../src/application/application.js';
import type { ConsultationHandler } from '../../src/application/streams/stream-handlers.js';
import { readConfig } from '../../src/config.js';
import { createContainer } from '../../src/container.js';
import { TOKENS } from '../../src/tokens.js';

export interface BackOffice {
  readonly application: Application;
  readonly consultations: ConsultationHandler;
}

/** The application over a database that a server under test may be using, too: for what no client can do. */
export async function withBackOffice(
  databaseUrl: string,
  work: (office: BackOffice) => Promise<void>,
): Promise<void> {
  const config = readConfig({ DATABASE_URL: databaseUrl, CHAT_AUTH: 'demo', LOG_LEVEL: 'silent' });
  const container = createContainer(config, databaseUrl);
  const database = container.get(TOKENS.database);
  try {
    await work({
      application: container.get(TOKENS.application),
      consultations: container.get(TOKENS.consultations),
    });
  } finally {
    await database.$disconnect();
  }
}

import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Logger } from '../../../application/ports/logger.js';
import { type Prisma, PrismaClient } from '../generated/client.js';
import { withExplicitInstants } from './explicit-instants.js';
import { FailFastClient } from './fail-fast-client.js';
import { createReplacementWatch } from './replacement-watch.js';
import { schemaOf } from './schema-name.js';
import { SERVING_SETTINGS, sessionOpening } from './session-settings.js';
import { checkDatabaseUrl } from './unreachable.js';
import type { WriteHealth } from './write-probe.js';

/** How many connections to PostgreSQL the pool may have. More would only queue inside it. */
const MAX_CONNECTIONS = 10;
/** A connection or a statement that takes longer, in ms, has failed. Senders get their answer within 5 s. */
const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 3_000;
/** How much longer than the server's own timeout the client waits, in ms, in case the server is gone or frozen. */
const SERVER_GRACE_MS = 250;
/** A transaction that does nothing for so long, in ms, is ended, because it holds its locks for nobody. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

/** Prisma, together with the pool below it. The statement that every message takes goes to the pool directly. */
export type Database = PrismaClient & {
  readonly pool: pg.Pool;
  /** The URL as it was given, with its password. */
  readonly url: string;
  readonly health: WriteHealth;
};

/** Prisma inside one transaction of the database. */
export type Transaction = Prisma.TransactionClient;

export interface DatabaseOptions {
  readonly databaseUrl: string;
  readonly logger: Logger;
  /** Called before the first statement to a PostgreSQL that is not the one that there was before: it was started since. */
  readonly replaced?: () => void;
  /** In ms; 3,000 when left out. 0 means no limit, as long work such as a rebuild needs. */
  readonly statementTimeoutMs?: number;
}

/** Opens the database lazily: the first query connects. `$disconnect()` closes it. */
export function openDatabase(options: DatabaseOptions): Database {
  const { databaseUrl, logger, replaced = () => {}, statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  checkDatabaseUrl(databaseUrl);
  const timeouts = statementTimeoutMs === 0 ? NO_TIMEOUTS : timeoutsOf(statementTimeoutMs);
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'consultation-chat',
    Client: FailFastClient,
    onConnect: inOrder(
      sessionOpening(databaseUrl, { ...SERVING_SETTINGS, ...timeouts.ofServer }),
      createReplacementWatch(replaced),
    ),
    query_timeout: timeouts.ofClient,
  });
  const connectionLost = (error: Error) => logger.warn('database.connection_lost', { code: codeOf(error) });
  pool.on('error', connectionLost);
  const adapter = withExplicitInstants(
    new PrismaPg(pool, { schema: schemaOf(databaseUrl), onConnectionError: connectionLost }),
  );
  const client = new PrismaClient({ adapter });
  const disconnect = client.$disconnect.bind(client);
  return Object.assign(client, {
    pool,
    url: databaseUrl,
    health: { failures: 0 },
    $disconnect: async () => {
      await disconnect();
      if (!pool.ended) await pool.end();
    },
  });
}

type Opening = (client: pg.ClientBase) => Promise<void>;

function inOrder(first: Opening, second: Opening): Opening {
  return async (client) => {
    await first(client);
    await second(client);
  };
}

const NO_TIMEOUTS = { ofServer: {}, ofClient: 0 };

/** The server cancels a statement that runs too long. The client gives up on a server that is gone or frozen. */
function timeoutsOf(statementTimeoutMs: number) {
  return {
    ofServer: {
      statement_timeout: String(statementTimeoutMs),
      idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_TIMEOUT_MS),
    },
    ofClient: statementTimeoutMs + SERVER_GRACE_MS,
  };
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

import type {
  ArgType,
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  SqlQueryable,
} from '@prisma/driver-adapter-utils';

/** Columns that hold no instant, but a date or a time of day. */
const NO_INSTANTS: readonly (string | undefined)[] = ['DATE', 'TIME', 'TIMETZ'];

/**
 * Makes instants carry their offset. Prisma writes an instant without it, and PostgreSQL then takes it for the wall
 * clock of the session. With this the text says UTC, so that no setting of a session can move the instant.
 */
export function withExplicitInstants(factory: SqlDriverAdapterFactory): SqlDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async (): Promise<SqlDriverAdapter> => {
      const adapter = writeInUtc(await factory.connect());
      const startTransaction = adapter.startTransaction.bind(adapter);
      adapter.startTransaction = async (isolationLevel) => writeInUtc(await startTransaction(isolationLevel));
      return adapter;
    },
  };
}

function writeInUtc<Queryable extends SqlQueryable>(queryable: Queryable): Queryable {
  const queryRaw = queryable.queryRaw.bind(queryable);
  const executeRaw = queryable.executeRaw.bind(queryable);
  queryable.queryRaw = (query) => queryRaw(inUtc(query));
  queryable.executeRaw = (query) => executeRaw(inUtc(query));
  return queryable;
}

function inUtc(query: SqlQuery): SqlQuery {
  const { sql, args, argTypes } = query;
  if (!argTypes.some(isInstant)) return query;
  return {
    sql,
    args: args.map((arg, index) => (isInstant(argTypes[index]) ? textOf(arg) : arg)),
    argTypes: argTypes.map((type) => (isInstant(type) ? { ...type, scalarType: 'string' } : type)),
  };
}

function isInstant(type: ArgType | undefined): boolean {
  return type?.scalarType === 'datetime' && !NO_INSTANTS.includes(type.dbType);
}

function textOf(arg: unknown): unknown {
  if (Array.isArray(arg)) return arg.map(textOf);
  return typeof arg === 'string' || arg instanceof Date ? new Date(arg).toISOString() : arg;
}

import pg from 'pg';

const UNIQUE_VIOLATION = '23505';
const LIMIT_EXCEEDED = '54000';
/** Classes of SQLSTATE that refuse the content of a row: bad data, a constraint, a limit such as the size of a row. */
const CLASSES_OF_CONTENT = ['22', '23', '54'];
/** Classes that one row of a statement can cause: those of its content, and a conflict with another transaction. */
const CLASSES_OF_ONE_ROW = [...CLASSES_OF_CONTENT, '40'];
/** Classes of SQLSTATE that have nothing to do with the statement: too few resources, and an operator's intervention. */
const CLASSES_OF_ABSENCE = ['53', '57'];
/** The SQLSTATE for each of Prisma's own codes: a unique violation, and a deadlock or write conflict. */
const SQLSTATE_OF: Readonly<Record<string, string>> = { P2002: UNIQUE_VIOLATION, P2034: '40001' };

/** Whether a statement failed because a row with that key exists: another writer was faster. */
export function isUniqueViolation(error: unknown): boolean {
  return sqlStateOf(error) === UNIQUE_VIOLATION;
}

/** Whether a statement exceeded a limit of PostgreSQL: of what a row may hold, or how many notifications may wait. */
export function isLimitExceeded(error: unknown): boolean {
  return sqlStateOf(error) === LIMIT_EXCEEDED;
}

/** Whether the database cannot be asked at the moment, whatever the statement. It takes no more connections, or is going down. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === undefined || CLASSES_OF_ABSENCE.includes(state.slice(0, 2));
}

/** Whether the statement may succeed without the row that is to blame. Otherwise the database itself does not work. */
export function isCausedByOneRow(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && CLASSES_OF_ONE_ROW.includes(state.slice(0, 2));
}

/** Whether the same row will be refused at any time, because of its content and not because of the moment. */
export function isRefusedForGood(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && state !== UNIQUE_VIOLATION && CLASSES_OF_CONTENT.includes(state.slice(0, 2));
}

/** Returns PostgreSQL's code for why it refuses; null for an error that only says that it cannot be asked. */
export function refusalOfPostgres(error: unknown): string | null {
  return sqlStateOf(error) ?? null;
}

/** Returns PostgreSQL's code. pg has it as `code`, and Prisma in one of several places. */
function sqlStateOf(error: unknown): string | undefined {
  if (!isRecord(error)) return undefined;
  const { code, meta } = error;
  if (error instanceof pg.DatabaseError) return error.code;
  const known = typeof code === 'string' ? SQLSTATE_OF[code] : undefined;
  return known ?? driverCode(meta) ?? driverCode(error);
}

function driverCode(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const driverError = value['driverAdapterError'];
  const cause = isRecord(driverError) ? driverError['cause'] : value['cause'];
  const code = isRecord(cause) ? cause['originalCode'] : undefined;
  return typeof code === 'string' ? code : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

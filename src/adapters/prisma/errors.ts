/** PostgreSQL's code for a unique violation, wherever Prisma has put it. */
const UNIQUE_VIOLATION = '23505';
const PRISMA_UNIQUE_VIOLATION = 'P2002';

/** Whether a statement failed because a row with that key exists: somebody else was first. */
export function isUniqueViolation(error: unknown): boolean {
  return (
    isRecord(error) &&
    (error['code'] === PRISMA_UNIQUE_VIOLATION ||
      driverCode(error['meta']) === UNIQUE_VIOLATION ||
      driverCode(error) === UNIQUE_VIOLATION)
  );
}

function driverCode(value: unknown): unknown {
  if (!isRecord(value)) return undefined;
  const driverError = value['driverAdapterError'];
  const cause = isRecord(driverError) ? driverError['cause'] : value['cause'];
  return isRecord(cause) ? cause['originalCode'] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

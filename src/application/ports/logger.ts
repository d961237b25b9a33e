/** Fields that the logger sets in every line. */
type TakenName = 'level' | 'time' | 'event' | 'error' | 'msg';

/**
 * Ids, codes, counts and durations. Never content, tokens or names of people. A field that is undefined is left out.
 */
export type LogFields = Readonly<
  Record<string, string | number | boolean | null | undefined> & { [Name in TakenName]?: never }
>;

/** Writes one line for each call, in the order of the calls. Never throws. */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  /** Logs the error's name, code and stack frames. Its message is left out, because it may quote what people wrote. */
  error(event: string, error: unknown, fields?: LogFields): void;
}

/** Names that every line of the log uses for itself. */
type TakenName = 'level' | 'time' | 'event' | 'error' | 'msg';

/** Ids, codes, counts and durations. Never content, tokens or names of people. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | null | undefined> & { [Name in TakenName]?: never }
>;

export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  /** `error` is logged by its name, code and stack, so its message must not hold what people wrote. */
  error(event: string, error: unknown, fields?: LogFields): void;
}

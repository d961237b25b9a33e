/** Ids, codes, counts and durations. Never content, tokens or names. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  /** `error` is logged by its name, code and stack, so its message must not hold what people wrote. */
  error(event: string, error: unknown, fields?: LogFields): void;
}

import type { LogFields, Logger } from '../../application/ports/logger.js';

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: LogFields;
  /** What was thrown; undefined for the other levels. */
  readonly error?: unknown;
}

export interface RecordingLogger extends Logger {
  /** Everything logged so far, oldest first. */
  readonly entries: readonly LogEntry[];
}

export function createSilentLogger(): Logger {
  const ignore = () => {};
  return { debug: ignore, info: ignore, warn: ignore, error: ignore };
}

export function createRecordingLogger(): RecordingLogger {
  const entries: LogEntry[] = [];
  const record = (level: LogEntry['level'], event: string, fields: LogFields = {}, thrown = {}) =>
    void entries.push({ level, event, fields: present(fields), ...thrown });
  return {
    entries,
    debug: (event, fields) => record('debug', event, fields),
    info: (event, fields) => record('info', event, fields),
    warn: (event, fields) => record('warn', event, fields),
    error: (event, error, fields) => record('error', event, fields, { error }),
  };
}

/** A copy of the fields that have a value. */
function present(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

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
  return {
    entries,
    debug: (event, fields = {}) => void entries.push({ level: 'debug', event, fields }),
    info: (event, fields = {}) => void entries.push({ level: 'info', event, fields }),
    warn: (event, fields = {}) => void entries.push({ level: 'warn', event, fields }),
    error: (event, error, fields = {}) => void entries.push({ level: 'error', event, fields, error }),
  };
}

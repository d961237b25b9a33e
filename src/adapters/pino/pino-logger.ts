import { pino, stdTimeFunctions } from 'pino';
import type { LogFields, Logger } from '../../application/ports/logger.js';
import { summarizeError } from './error-summary.js';
import { createStandardOutput, type LineOutput, type LineWriter } from './standard-output.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface PinoLoggerOptions {
  /** Events of lower levels are left out. */
  readonly level: LogLevel;
  /** Takes one line at a time, its newline included. The standard output when left out. */
  readonly destination?: LineWriter & Partial<LineOutput>;
  /** The number of the worker that logs, which each line gets. None when left out. */
  readonly worker?: number | undefined;
}

type PlainValue = string | number | boolean | null;

const MAX_TEXT_LENGTH = 1_000;
const RESERVED = new Set(['level', 'time', 'event', 'error', 'msg']);

/** A logger that also reports which lines wait for the log's reader, and how many that reader has missed. */
export interface PinoLogger extends Logger {
  /** How many lines were dropped since the start because nobody read them. */
  droppedLines(): number;
  /** How many bytes of lines wait to be written. */
  waitingBytes(): number;
  /** Writes a line of another process as it is, its newline included. */
  passOn(line: string): void;
}

/**
 * Writes one JSON line for each event: `{ level, time, event, …fields }`. `time` is ISO 8601 in UTC; errors have
 * `error: { name, code?, stack?, cause? }`. `summarizeError` says what is left out of an error.
 */
export function createPinoLogger({ level, destination, worker }: PinoLoggerOptions): PinoLogger {
  const options = {
    level,
    base: worker === undefined ? null : { worker },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const output: LineWriter & Partial<LineOutput> = destination ?? createStandardOutput({ lineOfGap });
  const logger = pino(options, output);
  return {
    droppedLines: () => output.dropped ?? 0,
    waitingBytes: () => output.waitingBytes ?? 0,
    passOn: (line) => output.write(line),
    // Every connection logs at this level, which most servers leave out, so it must cost nothing there.
    debug: (event, fields) => {
      if (logger.isLevelEnabled('debug')) logger.debug({ event, ...loggable(fields) });
    },
    info: (event, fields) => logger.info({ event, ...loggable(fields) }),
    warn: (event, fields) => logger.warn({ event, ...loggable(fields) }),
    error: (event, error, fields) =>
      logger.error({ event, ...loggable(fields), error: summarizeError(error) }),
  };
}

/** The line that stands where lines are missing. It is written at every log level. */
function lineOfGap(lines: number): string {
  const told: string[] = [];
  const logger = createPinoLogger({ level: 'warn', destination: { write: (line) => void told.push(line) } });
  logger.warn('log.dropped', { lines });
  return told.join('');
}

/** Only plain values of bounded length, and no names that the line uses itself. So no caller can break the line. */
function loggable(fields: LogFields = {}): Record<string, PlainValue> {
  const kept = new Map<string, PlainValue>();
  for (const [name, value] of Object.entries(fields)) {
    const key = RESERVED.has(name) ? `field.${name}` : name;
    if (typeof value === 'string') kept.set(key, value.slice(0, MAX_TEXT_LENGTH));
    else if (typeof value === 'number' || typeof value === 'boolean' || value === null) kept.set(key, value);
  }
  return Object.fromEntries(kept);
}

import { describe, expect, test } from 'vitest';
import type { LogFields, Logger } from '../../src/application/ports/logger.js';

export interface LoggedLine {
  readonly level: string;
  readonly event: string;
  readonly fields: LogFields;
  /** Whether the line contains an error. */
  readonly hasError: boolean;
}

export interface LoggerUnderTest {
  readonly logger: Logger;
  /** Everything that was logged so far, oldest first. */
  lines(): readonly LoggedLine[];
}

const unreadable = new Error('x');
Object.defineProperty(unreadable, 'message', {
  get: () => {
    throw new Error('y');
  },
});
const ownCause = new Error('x');
ownCause.cause = ownCause;

/** What `src/application/ports/logger.ts` says, for every adapter of it. */
export function describeLoggerContract(name: string, open: () => LoggerUnderTest): void {
  describe(`${name}: logger`, () => {
    test('has a line for each call, in the order of the calls', () => {
      const { logger, lines } = open();
      logger.debug('a.one', { connectionId: 'c-1' });
      logger.info('a.two', { count: 2, isLate: false, none: null });
      logger.warn('a.three');
      logger.error('a.four', new Error('x'), { consultationId: 'c-1' });
      expect(lines()).toEqual([
        { level: 'debug', event: 'a.one', fields: { connectionId: 'c-1' }, hasError: false },
        { level: 'info', event: 'a.two', fields: { count: 2, isLate: false, none: null }, hasError: false },
        { level: 'warn', event: 'a.three', fields: {}, hasError: false },
        { level: 'error', event: 'a.four', fields: { consultationId: 'c-1' }, hasError: true },
      ]);
    });

    test('leaves out a field that is undefined', () => {
      const { logger, lines } = open();
      logger.info('a.happened', { present: 1, absent: undefined });
      expect(Object.keys(lines()[0]?.fields ?? {})).toEqual(['present']);
    });

    test('keeps the fields as they were, whatever the caller does with the object afterwards', () => {
      const { logger, lines } = open();
      const fields = { attempts: 1 };
      logger.info('a.happened', fields);
      fields.attempts = 2;
      expect(lines()[0]?.fields).toEqual({ attempts: 1 });
    });

    test.each<[string, unknown]>([
      ['a text', 'x'],
      ['nothing', undefined],
      ['null', null],
      ['an object', { message: 'x' }],
      ['an error that is its own cause', ownCause],
      ['an error that cannot be read', unreadable],
    ])('never throws, whatever was thrown: %s', (_, error) => {
      const { logger, lines } = open();
      logger.error('a.failed', error);
      expect(lines().map(({ event }) => event)).toEqual(['a.failed']);
    });
  });
}

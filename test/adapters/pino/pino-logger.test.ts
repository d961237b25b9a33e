import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPinoLogger, type LogLevel } from '../../../src/adapters/pino/pino-logger.js';
import { describeLoggerContract } from '../../contracts/logger.js';

const SECRET = 'my knee hurts since Tuesday';

function openLog(level: LogLevel = 'debug') {
  const lines: string[] = [];
  const logger = createPinoLogger({ level, destination: { write: (line) => void lines.push(line) } });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') };
}

describe('one line an event', () => {
  test('with level, time in UTC, event and fields', () => {
    const { logger, lines, last } = openLog();
    logger.info('consultation.expired', { consultationId: 'c-1', count: 2, late: false, none: null });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('}\n')).toBe(true);
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      event: 'consultation.expired',
      consultationId: 'c-1',
      count: 2,
      late: false,
      none: null,
    });
  });

  test.each(['debug', 'info', 'warn'] as const)('at level %s', (level) => {
    const { logger, last } = openLog();
    logger[level]('something.happened');
    expect(last()).toMatchObject({ level, event: 'something.happened' });
  });

  test('from the configured level on', () => {
    const { logger, lines } = openLog('warn');
    logger.debug('no');
    logger.info('no');
    logger.warn('yes');
    logger.error('yes', new Error('x'));
    expect(lines).toHaveLength(2);
    const silent = openLog('silent');
    silent.logger.error('no', new Error('x'));
    expect(silent.lines).toEqual([]);
  });

  test('whose own names no field takes', () => {
    const { logger, last } = openLog();
    // @ts-expect-error: the types refuse such names, and where nobody checks types the line holds all the same.
    logger.warn('e', { level: 'x', time: 'x', event: 'x', error: 'x', msg: 'x', __proto__: 'x' });
    expect(last()).toMatchObject({ level: 'warn', event: 'e', 'field.level': 'x', 'field.event': 'x' });
  });

  test('whose fields stay plain and short, whatever comes in', () => {
    const { logger, last } = openLog();
    const careless = {
      object: { content: SECRET },
      list: [SECRET],
      fn: () => SECRET,
      big: 'x'.repeat(9_999),
    };
    // @ts-expect-error only plain values are fields
    logger.info('e', careless);
    expect(Object.keys(last())).toEqual(['level', 'time', 'event', 'big']);
    expect(last().big).toHaveLength(1_000);
  });
});

describe('an error', () => {
  test('is told by its name, its code and its frames', () => {
    const { logger, last } = openLog();
    const error = Object.assign(new TypeError(SECRET), { code: 'P2002' });
    logger.error('append.failed', error, { streamId: 'consultation:c-1' });
    expect(last()).toMatchObject({
      level: 'error',
      event: 'append.failed',
      streamId: 'consultation:c-1',
      error: { name: 'TypeError', code: 'P2002' },
    });
    expect(last().error.stack[0]).toContain('pino-logger.test.ts');
  });

  class QueryError extends Error {
    override readonly name = 'QueryError';
    readonly meta = { arguments: [SECRET] };
  }
  const withCause = new Error('outer', { cause: new QueryError(`INSERT ${SECRET}`, { cause: SECRET }) });
  const changedMessage = new Error(`first\n    at ${SECRET} (a.js:1:1)`);
  changedMessage.message = 'redacted';
  const emptiedMessage = new Error(`${SECRET}\n    at ${SECRET} (a.js:1:1)`);
  emptiedMessage.message = '';
  const stackOnly = new Error('x');
  stackOnly.stack = `Error: ${SECRET}\n${SECRET}`;
  const hostile = new Error('x');
  Object.defineProperty(hostile, 'message', {
    get: () => {
      throw new Error(SECRET);
    },
  });

  test.each<[string, unknown]>([
    ['in its message', new Error(SECRET)],
    ['in a message of several lines', new Error(`a\n${SECRET}\n    at ${SECRET} (b.js:1:1)\nc`)],
    ['in a message that looks like frames', new Error(`\n    at ${SECRET} (/app/b.js:1:1)`)],
    ['in its name', Object.assign(new Error('x'), { name: SECRET })],
    ['in its code', Object.assign(new Error('x'), { code: SECRET })],
    ['in other fields', Object.assign(new QueryError('x'), { query: SECRET, detail: { params: [SECRET] } })],
    ['in its cause', withCause],
    ['in several errors at once', new AggregateError([new Error(SECRET)], SECRET)],
    ['in a message changed later', changedMessage],
    ['in a message emptied later', emptiedMessage],
    ['in a stack of its own', stackOnly],
    ['in an error while it is read', hostile],
    ['thrown as text', SECRET],
    ['thrown as an object', { message: SECRET, stack: SECRET, name: SECRET }],
  ])('does not tell what people wrote: %s', (_case, error) => {
    const { logger, lines, last } = openLog();
    logger.error('e', error);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('knee');
    expect(last().error.name).toMatch(/^\w+$/);
  });

  test('does not tell what people wrote, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const written = `${text}❦secret❦${text}`;
        const { logger, lines } = openLog();
        logger.error('e', new QueryError(written, { cause: new Error(`${text}\n${written}`) }));
        expect(lines[0]).not.toContain('secret');
      }),
    );
  });

  test('tells its causes, as far as there is an end to them', () => {
    const { logger, last } = openLog();
    const cause = Object.assign(new Error('inner'), { code: 'ECONNREFUSED' });
    logger.error('e', new Error('outer', { cause }));
    expect(last().error.cause).toMatchObject({ name: 'Error', code: 'ECONNREFUSED' });
    const circular = new Error('x');
    circular.cause = circular;
    logger.error('e', circular);
    expect(last().error.cause.cause.cause.cause.cause.cause).toBeUndefined();
  });

  test('without a message has frames, too', () => {
    const { logger, last } = openLog();
    logger.error('e', new RangeError());
    expect(last().error.stack[0]).toContain('pino-logger.test.ts');
  });

  test.each([undefined, null, 7])('may be anything: %s', (thrown) => {
    const { logger, last } = openLog();
    logger.error('e', thrown);
    expect(last().error).toEqual({ name: typeof thrown });
  });
});

describeLoggerContract('pino', () => {
  const { logger, lines } = openLog();
  return {
    logger,
    lines: () =>
      lines.map((line) => {
        const { level, event, time, error, ...fields } = JSON.parse(line);
        return { level, event, fields, hasError: error !== undefined };
      }),
  };
});

import { describe, expect, test } from 'vitest';
import { readArguments, UsageError } from '../../src/cli/arguments.js';
import { readLifetime } from '../../src/cli/lifetime.js';

test.each([
  [[], { command: 'start' }],
  [['start'], { command: 'start' }],
  [['rebuild'], { command: 'rebuild' }],
  [['--help'], { command: 'help' }],
  [['-h'], { command: 'help' }],
  [['token', '--help'], { command: 'help' }],
  [['--version'], { command: 'version' }],
  [['-v'], { command: 'version' }],
  [['start', '-v'], { command: 'version' }],
  [['token'], { command: 'token', options: {} }],
  [
    ['token', '--id', 'p1', '--role=patient', '--lifetime', '8h'],
    { command: 'token', options: { id: 'p1', role: 'patient', lifetime: '8h' } },
  ],
  [['--id=-p1', 'token'], { command: 'token', options: { id: '-p1' } }],
])('%j', (args, invocation) => {
  expect(readArguments(args)).toEqual(invocation);
});

describe('what the program does not know is refused in one line', () => {
  test.each([
    [['strat'], 'unknown command strat; did you mean start?'],
    [['serve'], 'unknown command serve'],
    [['help'], 'unknown command help'],
    [['strat', '--id', 'p1'], 'unknown command strat; did you mean start?'],
    [['--', 'strat'], 'unknown command strat; did you mean start?'],
    [['constructor'], 'unknown command constructor'],
    [['postgresql://chat:hidden@db.example/chat'], 'unknown command'],
    [['start', '3000'], 'unexpected argument 3000 after start'],
    [['--', 'rebuild', 'now'], 'unexpected argument now after rebuild'],
    [['--port', '4000'], 'unknown option --port of start'],
    [['--port=4000'], 'unknown option --port of start'],
    [['-p'], 'unknown option -p of start'],
    [['-hx'], 'unknown option -x of start'],
    [['--hlep'], 'unknown option --hlep of start; did you mean --help?'],
    [['--no-help'], 'unknown option --no-help of start'],
    [['--id', 'p1'], 'unknown option --id of start'],
    [['token', '--rol', 'doctor'], 'unknown option --rol'],
    [['token', '--id'], '--id needs a value'],
    [['token', '--id='], '--id needs a value'],
    [['token', '--id', '--role', 'doctor'], '--id needs a value'],
    [['token', '--id', 'p1', '--id', 'p2'], '--id is there twice'],
    [['--help=yes'], '--help takes no value'],
    [['rebuild', '--__proto__=1'], 'unknown option --__proto__ of rebuild'],
  ])('%j', (args, message) => {
    const read = () => readArguments(args);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
    expect(read).not.toThrow(/\n|hidden/);
  });
});

test.each([
  ['1s', 1_000],
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['8h', 28_800_000],
  ['30d', 2_592_000_000],
])('a lifetime of %s', (text, ms) => {
  expect(readLifetime(text)).toBe(ms);
});

test.each(['', '0s', '60', 's', '1.5h', '-1h', '31d', '1w', '1h ', '999999999d'])(
  'no lifetime: %j',
  (text) => {
    expect(() => readLifetime(text)).toThrow(UsageError);
  },
);

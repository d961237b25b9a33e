import { parseArgs } from 'node:util';
import { nearestName } from '../config/nearest-name.js';

/** The options of each command, besides `--help` and `--version`. All of them have a value. */
const OPTIONS = {
  start: [],
  rebuild: [],
  token: ['id', 'role', 'lifetime'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type CommandName = keyof typeof OPTIONS;

/** The command that the program was given, with its options. */
export type Invocation =
  | { readonly command: 'help' | 'version' | 'start' | 'rebuild' }
  | { readonly command: 'token'; readonly options: TokenArguments };

export interface TokenArguments {
  readonly id?: string;
  readonly role?: string;
  readonly lifetime?: string;
}

/** Arguments that the program does not understand. The message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const FLAGS = ['help', 'version'];
const SHORT = { h: 'help', v: 'version' };
/** How many edits may lie between a word and the one that was meant. */
const MAX_EDITS = 2;
/** Words that may be repeated in a message. A URL may not, because it may contain a password. */
const REPEATABLE = /^[\w-]{1,40}$/;

/**
 * Reads the arguments that follow the program's name. The command is `start` if none is named.
 *
 * @throws {UsageError} for an unknown command or option, a value that is missing or not wanted, or one too many.
 */
export function readArguments(args: readonly string[]): Invocation {
  const { tokens } = parseArgs({
    args: [...args],
    // Not strict, because Node's own messages would give advice that does not help here.
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
      ...Object.fromEntries(OPTIONS.token.map((name) => [name, { type: 'string' as const }])),
    },
  });
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const [first = 'start'] = words;
  // A word after an unknown option may have been meant as its value, so the fault is reported in the option.
  if (tokens[0]?.kind === 'positional' && !isCommand(first)) throw unknownCommand(first);
  const ofCommand = isCommand(first) ? first : 'start';
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, value } = readOption(token, ofCommand);
    if (given.has(name)) throw new UsageError(`--${name} is there twice`);
    given.set(name, value);
  }
  const command = commandIn(words);
  if (given.has('help')) return { command: 'help' };
  if (given.has('version')) return { command: 'version' };
  return command === 'token' ? { command, options: Object.fromEntries(given) } : { command };
}

function commandIn(words: readonly string[]): CommandName {
  const [word = 'start', ...more] = words;
  if (!isCommand(word)) throw unknownCommand(word);
  const [second] = more;
  if (second !== undefined) throw new UsageError(`unexpected argument${told(second)} after ${word}`);
  return word;
}

function unknownCommand(word: string): UsageError {
  return new UsageError(`unknown command${told(word)}${advice(word, Object.keys(OPTIONS))}`);
}

function isCommand(word: string): word is CommandName {
  return Object.hasOwn(OPTIONS, word);
}

interface OptionToken {
  readonly name: string;
  /** The option as it was written, without a value. */
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function readOption(option: OptionToken, command: CommandName): { name: string; value: string } {
  const { name, rawName, value, inlineValue = false } = option;
  const isShort = !rawName.startsWith('--');
  const isFlag = FLAGS.includes(name) && (!isShort || Object.hasOwn(SHORT, rawName.slice(1)));
  const ofCommand: readonly string[] = OPTIONS[command];
  if (!isFlag && (isShort || !ofCommand.includes(name))) {
    const names = [...ofCommand, ...FLAGS].map((known) => `--${known}`);
    throw new UsageError(`unknown option${told(rawName)} of ${command}${advice(rawName, names)}`);
  }
  if (isFlag) {
    if (inlineValue) throw new UsageError(`${rawName} takes no value`);
    return { name, value: '' };
  }
  // The next option is not the value of this one, unless it is joined to it by `=`.
  const isMissing = value === undefined || value === '' || (!inlineValue && value.startsWith('-'));
  if (isMissing) throw new UsageError(`${rawName} needs a value`);
  return { name, value };
}

function told(word: string): string {
  return REPEATABLE.test(word) ? ` ${word}` : '';
}

function advice(word: string, names: readonly string[]): string {
  const nearest = nearestName(word, names);
  return nearest !== null && nearest.distance <= MAX_EDITS ? `; did you mean ${nearest.name}?` : '';
}

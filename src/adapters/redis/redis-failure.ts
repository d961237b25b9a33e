import { nameOfTarget, type RedisTarget } from './redis-url.js';

/** Redis's words for a refusal, each with a hint for the operator. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/WRONGPASS|AUTH failed|invalid password/i, 'does not take the user and password'],
  [
    /NOAUTH|AUTH called without any password|without any password configured/i,
    'asks for another user and password',
  ],
  [/NOPERM/, 'does not allow this user what the chat needs'],
  [/unknown command.*HELLO|NOPROTO/i, 'is older than Redis 6'],
  [/^READONLY/, 'is a replica, but the master is needed'],
  [/DENIED/, 'is in protected mode, and takes connections of its own machine only'],
];

/** A code for the log: Redis's own word, the system's code, or the error's class; never a text, which may quote content. */
export function codeOfRedisError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const [, word] = /^([A-Z]{2,}[A-Z0-9_]*)\b/.exec(error.message) ?? [];
  if ('code' in error && typeof error.code === 'string') return error.code;
  return word ?? error.constructor.name;
}

/** Returns the code with which Redis or the system has refused; null if the error only means that there was no answer. */
export function refusalOfRedis(error: unknown): string | null {
  const codes = chainOf(error).map(codeOfRedisError);
  return codes.find((code) => /^[A-Z][A-Z0-9_]+$/.test(code)) ?? null;
}

/** Makes an error with one line for whoever starts the server. The line names the setting, and no secret. */
export function cannotReachRedis(target: RedisTarget, error: unknown): Error {
  const messages = messagesOf(error);
  const [, refusal] = REFUSALS.find(([pattern]) => messages.some((message) => pattern.test(message))) ?? [];
  const where = nameOfTarget(target);
  const line = refusal === undefined ? `cannot be reached (${reasonOf(error)})` : refusal;
  return new Error(`REDIS_URL: Redis at ${where} ${line}`, { cause: error });
}

/** The first code in the chain of errors, from the outermost on; without any, the first message. */
function reasonOf(error: unknown): string {
  for (const each of chainOf(error)) {
    if ('code' in each && typeof each.code === 'string') return each.code;
  }
  const [first] = messagesOf(error);
  return first ?? 'no reason given';
}

function messagesOf(error: unknown): readonly string[] {
  return chainOf(error).map(({ message }) => message.split('\n')[0] ?? '');
}

function chainOf(error: unknown): readonly Error[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? error.errors.flatMap(chainOf) : [];
  return [error, ...inner, ...(error.cause === error ? [] : chainOf(error.cause))];
}

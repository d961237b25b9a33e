import { ConfigError } from './config-error.js';
import { editDistance, nearestName } from './nearest-name.js';

/** On a machine that runs only this server, no other program's variables begin with these. */
const OUR_PREFIXES = ['CHAT_', 'RATE_LIMIT_'];
/** The longest name that can be a misspelling of ours, in characters. */
const MAX_NAME_LENGTH = 80;
/** How many characters of the right name there have to be for each edit of a misspelling. */
const LENGTH_PER_EDIT = 10;
const MAX_EDITS = 3;
/**
 * Long words may have one edit each: `DATABASE_SSL` is no misspelling of `DATABASE_URL`. A word is long from this
 * many characters on.
 */
const LONG_WORD_LENGTH = 6;
const MAX_EDITS_IN_WORD = { short: 1, long: 2 };

/** Names that may be shown in a message of one line. */
const PRINTABLE = /^[\w.-]+$/;

/**
 * Variables that Kubernetes and Docker set in every container about services that are called `chat`, `chat-auth`,
 * `data` and so on: `CHAT_SERVICE_HOST`, `CHAT_SERVICE_PORT_HTTP`, `CHAT_PORT_3000_TCP_ADDR`, `CHAT_ENV_LANG`.
 */
const OF_SERVICES = /_SERVICE_(HOST|PORT)(_\w+)?$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$|_ENV_\w+$/;
/**
 * Values of such variables: `CHAT_PORT=tcp://10.0.0.1:3000` is one of them, and so is `CHAT_NAME=/web/chat`.
 * `CHAT_PORT=3000` is not.
 */
const VALUE_OF_SERVICES = /^(tcp|udp|sctp):\/\/|^\/[^/]+\/[^/]+$/;
const NAMED_BY_VALUE = /_(PORT|NAME)$/;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whose environment it is. In the server's own, every variable with one of our prefixes is meant for us. In a host
 * application's, `CHAT_…` may be the host's, so only a name that is nearly one of ours counts.
 */
export type EnvironmentOwner = 'server' | 'host';

/**
 * Refuses misspelled settings. If they counted as left out, the server would start with a default, perhaps without a
 * key.
 *
 * @param known the names of all settings.
 * @throws {ConfigError} for the first variable that looks like a setting and is none, with the nearest setting. Its
 *   value is not shown.
 */
export function refuseUnknownSettings(
  env: Environment,
  known: readonly string[],
  owner: EnvironmentOwner,
): void {
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || value === '' || known.includes(name)) continue;
    const meant = meantBy(name, { env, known, owner });
    if (meant === null || isOfServices(name, value)) continue;
    const told = PRINTABLE.test(name) ? name : JSON.stringify(name);
    throw new ConfigError(`${told} is not a setting; the nearest one is ${meant}`);
  }
}

interface Surroundings {
  readonly env: Environment;
  readonly known: readonly string[];
  readonly owner: EnvironmentOwner;
}

/** The setting that was probably meant; null for a variable of another program. */
function meantBy(name: string, { env, known, owner }: Surroundings): string | null {
  if (name.length > MAX_NAME_LENGTH) return null;
  const upperCase = name.toUpperCase();
  if (owner === 'server' && OUR_PREFIXES.some((prefix) => upperCase.startsWith(prefix))) {
    return nearestName(upperCase, known)?.name ?? null;
  }
  // A start compares every variable of its environment, so names that are far from all of ours are given up soon.
  const nearest = nearestName(upperCase, known, MAX_EDITS + 1);
  if (nearest === null) return null;
  // If the right name is set as well, the other name is not a misspelling of it.
  const isMeant = !(nearest.name in env) && isMisspelling(upperCase, nearest);
  return isMeant ? nearest.name : null;
}

/**
 * Whether a name is a misspelling. In a name without an underscore, which is short, only two swapped letters are: no
 * other program has `PROT`, but one may have `POST`. The same word in another letter case is a variable of its own.
 */
function isMisspelling(word: string, { name, distance }: { name: string; distance: number }): boolean {
  if (!name.includes('_')) return distance === 1 && lettersOf(word) === lettersOf(name);
  const maxEdits = Math.min(MAX_EDITS, 1 + Math.floor(name.length / LENGTH_PER_EDIT));
  return distance <= maxEdits && areWordsAlike(word.split('_'), name.split('_'));
}

/** Compares word by word. A name with a word more or less is compared as a whole. */
function areWordsAlike(given: readonly string[], right: readonly string[]): boolean {
  if (given.length !== right.length) return true;
  return right.every((word, index) => {
    const { short, long } = MAX_EDITS_IN_WORD;
    return editDistance(given[index] ?? '', word) <= (word.length < LONG_WORD_LENGTH ? short : long);
  });
}

function lettersOf(word: string): string {
  return [...word].sort().join('');
}

function isOfServices(name: string, value: string): boolean {
  return OF_SERVICES.test(name) || (NAMED_BY_VALUE.test(name) && VALUE_OF_SERVICES.test(value));
}

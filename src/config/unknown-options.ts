import { ConfigError } from './config-error.js';
import { nearestName } from './nearest-name.js';

/**
 * An option that was misspelled must not count as one that was left out: a token of another issuer would be let in, or the
 * tables made in another schema. TypeScript tells it, JavaScript does not. One that is `undefined` says nothing.
 *
 * @param known the names of all options.
 * @throws {ConfigError} for the first name that is none, with the nearest one. Its value is not told.
 */
export function refuseUnknownOptions(options: object, known: readonly string[]): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || known.includes(name)) continue;
    throw new ConfigError(`${JSON.stringify(name)} is not an option${nearestOf(name, known)}`);
  }
}

function nearestOf(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === null ? '' : `; the nearest one is ${nearest.name}`;
}

/** The options that a function reads, whatever it makes of them. */
export function optionsReadBy<Options extends object>(
  read: (options: Options) => unknown,
): readonly string[] {
  const names: string[] = [];
  const recording = new Proxy({} as Options, {
    get: (_options, name) => {
      if (typeof name === 'string') names.push(name);
      return undefined;
    },
  });
  read(recording);
  return names;
}

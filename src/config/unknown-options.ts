import { ConfigError } from './config-error.js';
import { nearestName } from './nearest-name.js';

/**
 * Refuses misspelled options. If they counted as left out, a token of another issuer would be let in, or the tables
 * made in another schema. TypeScript notices them, JavaScript does not. An option that is `undefined` is ignored.
 *
 * @param known the names of all options.
 * @throws {ConfigError} for the first unknown name, with the nearest known one. Its value is not shown.
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

/** The names of the options that a function reads. */
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

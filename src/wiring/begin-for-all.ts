import type { Container } from 'inversify';
import { tryKeySet } from '../adapters/jose/try-key-set.js';
import { timeZoneDataVersion, warnOfOldTimeZones } from '../adapters/system/time-zone-data.js';
import type { Logger } from '../application/ports/logger.js';
import type { Config } from '../config.js';
import type { Stop } from './stopping.js';
import { TOKENS } from './tokens.js';

/**
 * Does the work that is done only once, however many processes serve. It warns in the log of this configuration and of
 * this machine, seeds the demo data, and tries the issuer.
 *
 * @returns a function that ends the trial of the issuer.
 */
export async function beginForAll(config: Config, container: Container, logger: Logger): Promise<Stop> {
  if (config.auth.mode === 'demo') logger.warn('identity.demo_mode');
  warnOfOldTimeZones({ clock: container.get(TOKENS.clock), logger, version: timeZoneDataVersion() });
  if (config.databaseUrl === null) await container.get(TOKENS.application).jobs.seedDemoData();
  return tryIssuer(config, logger);
}

/**
 * Tries whether the issuer can be reached. Nothing waits for the result.
 *
 * @returns a function that ends the trial.
 */
function tryIssuer({ auth }: Config, logger: Logger): Stop {
  const ending = new AbortController();
  if (auth.mode === 'jwt' && auth.key.kind === 'jwks') {
    void tryKeySet({ url: auth.key.url, logger, signal: ending.signal });
  }
  return async () => ending.abort();
}

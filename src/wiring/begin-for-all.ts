import type { Container } from 'inversify';
import { timeZoneDataVersion, warnOfOldTimeZones } from '../adapters/system/time-zone-data.js';
import type { Logger } from '../application/ports/logger.js';
import type { Config } from '../config.js';
import { TOKENS } from './tokens.js';

/** Says what is to be known of this configuration and this machine, and lays the demo data: once, however many serve. */
export async function beginForAll(config: Config, container: Container, logger: Logger): Promise<void> {
  if (config.auth.mode === 'demo') logger.warn('identity.demo_mode');
  warnOfOldTimeZones({ clock: container.get(TOKENS.clock), logger, version: timeZoneDataVersion() });
  if (config.databaseUrl === null) await container.get(TOKENS.application).jobs.seedDemoData();
}

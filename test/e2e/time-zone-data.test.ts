import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DAY_MS } from '../../src/domain/instant.js';
import { openServers, REPOSITORY } from '../support/server-process.js';

const servers = openServers();
const CLOCK = join(REPOSITORY, 'test', 'chaos', 'server', 'clock-preload.mjs');

test('a server says by which time zone data it reads schedules, and warns of old ones', async () => {
  const server = await servers.start({
    command: [process.execPath, '--import', CLOCK, join(REPOSITORY, 'dist', 'main.js')],
    env: { DATA_DIR: await servers.usedDataDir(), CHAOS_CLOCK_OFFSET_MS: String(3 * 366 * DAY_MS) },
  });
  const version = process.versions['tz'];
  expect(await server.logged('server.listening')).toMatchObject({ timeZoneData: version });
  expect(await server.logged('time_zones.outdated')).toMatchObject({ level: 'warn', timeZoneData: version });
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain(`consultation_chat_time_zone_data_info{version="${version}"} 1`);
});

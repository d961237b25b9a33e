import { benchAvailabilityTick } from './availability-tick.js';
import { benchSchedule } from './schedule.js';

/** `npm run bench` runs every group, `npm run bench -- schedule` the named ones. */
const GROUPS: Readonly<Record<string, () => void | Promise<void>>> = {
  schedule: async () => {
    benchSchedule();
    await benchAvailabilityTick();
  },
};

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(GROUPS)) {
  const group = GROUPS[name];
  if (group === undefined) throw new Error(`no group ${name}; there are ${Object.keys(GROUPS).join(', ')}`);
  process.stdout.write(`\n${name}\n`);
  await group();
}

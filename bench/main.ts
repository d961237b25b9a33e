import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { catchUpGroup } from './groups/catch-up.js';
import { clusterGroup } from './groups/cluster.js';
import { connectGroup } from './groups/connect.js';
import { expiryGroup } from './groups/expiry.js';
import { failuresGroup } from './groups/failures.js';
import { fanOutGroup } from './groups/fan-out.js';
import { databaseOnce, type Group } from './groups/group.js';
import { lengthGroup } from './groups/length.js';
import { profileGroup } from './groups/profile.js';
import { PROFILED_WORKS } from './groups/profiled-work.js';
import { scheduleGroup } from './groups/schedule.js';
import { sendGroup } from './groups/send.js';
import { startUpGroup } from './groups/start-up.js';
import { tailsGroup } from './groups/tails.js';
import { toText } from './report/report.js';
import { surroundings } from './report/surroundings.js';
import { endAllChildren } from './stand/children.js';
import { bindToCores, type Cores } from './stand/cores.js';
import { openRunDirectory, type RunDirectory } from './stand/database.js';

const GROUPS: Readonly<Record<string, Group>> = {
  send: sendGroup,
  'fan-out': fanOutGroup,
  connect: connectGroup,
  'catch-up': catchUpGroup,
  length: lengthGroup,
  expiry: expiryGroup,
  'start-up': startUpGroup,
  schedule: scheduleGroup,
  cluster: clusterGroup,
  failures: failuresGroup,
  tails: tailsGroup,
};

const USAGE = `npm run bench -- [${Object.keys(GROUPS).join('] [')}] [--quick] [--output <directory>] [--server-flags="<flags of node>"] [--postgres-settings="<name>=<value> …"] [--rate=<messages a second, of tails>]
npm run bench -- ${Object.keys(PROFILED_WORKS).join('|')} --profile`;

/** This file is bundled to node_modules/.cache/bench/programs. */
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const CACHE = join(ROOT, 'node_modules', '.cache', 'bench');

interface Wish {
  readonly groups: readonly (readonly [string, Group])[];
  readonly quick: boolean;
  /** The directory of the figures. */
  readonly output: string;
  /** Node's flags for both servers. */
  readonly serverFlags: readonly string[];
  /** Settings of PostgreSQL, in place of the product's. */
  readonly postgresSettings: Readonly<Record<string, string>>;
  /** Messages a second of the group `tails`; undefined for the group's own rate. */
  readonly rate: number | undefined;
  readonly command: string;
}

async function readWish(parameters: readonly string[]): Promise<Wish> {
  const { values, positionals } = parseArgs({
    args: [...parameters],
    options: {
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      output: { type: 'string' },
      'server-flags': { type: 'string', default: '' },
      'postgres-settings': { type: 'string', default: '' },
      rate: { type: 'string' },
    },
    allowPositionals: true,
  });
  const names = positionals.length > 0 ? positionals : Object.keys(GROUPS);
  if (values.profile && names.length !== 1) throw new Error(`a profile is taken of one group\n${USAGE}`);
  const groups = names.map((name) => {
    const group = values.profile ? profileOf(name) : GROUPS[name];
    if (group === undefined) throw new Error(`there is no group ${name}\n${USAGE}`);
    return [name, group] as const;
  });
  // The figures of a short run must not replace real ones.
  const usual = values.quick ? join(CACHE, 'quick') : join(ROOT, 'docs', 'performance');
  return {
    groups,
    quick: values.quick,
    output: values.output === undefined ? usual : resolve(values.output),
    serverFlags: [...(await shippedFlags()), ...wordsOf(values['server-flags'])],
    postgresSettings: settingsOf(values['postgres-settings']),
    rate: values.rate === undefined ? undefined : rateOf(values.rate),
    command: ['npm run bench', ...(parameters.length > 0 ? ['--', ...parameters] : [])].join(' '),
  };
}

function rateOf(text: string): number {
  const rate = Number(text);
  if (!Number.isInteger(rate) || rate < 1)
    throw new Error(`--rate is a whole number of messages a second, not ${text}\n${USAGE}`);
  return rate;
}

function profileOf(name: string): Group {
  const work = PROFILED_WORKS[name];
  if (work === undefined) throw new Error(`there is no profile of ${name}\n${USAGE}`);
  return profileGroup(work, join(CACHE, 'profiles'));
}

/** Node's flags of `npm start`, because what is measured should be what is shipped. */
async function shippedFlags(): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const flags = /^node (.*)dist\/main\.js$/.exec(scripts.start)?.[1];
  if (flags === undefined) throw new Error(`npm start is not "node <flags> dist/main.js": ${scripts.start}`);
  return wordsOf(flags);
}

function wordsOf(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}

function settingsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    wordsOf(text).map((word) => {
      const [name = '', ...value] = word.split('=');
      return [name, value.join('=')];
    }),
  );
}

/** Ends the database, whatever happens. */
let endDatabase: () => Promise<void> = async () => {};
let endRun: () => Promise<void> = async () => {};
let isEnding = false;

async function end(): Promise<void> {
  await endAllChildren();
  await endDatabase();
  await endRun();
}

async function runGroup(name: string, group: Group, wish: Wish, run: RunDirectory, cores: Cores | null) {
  const load = loadavg()[0] ?? Number.NaN;
  const directory = join(run.path, name);
  await mkdir(directory);
  const database = databaseOnce(directory, wish.postgresSettings);
  endDatabase = database.stop;
  const say = (what: string): void => void process.stderr.write(`${name}: ${what}\n`);
  try {
    const context = {
      stand: { root: ROOT, cores, serverFlags: wish.serverFlags },
      quick: wish.quick,
      rate: wish.rate,
      directory,
      database: database.get,
      say,
    };
    const report = await group(context);
    const setting = { command: wish.command, root: ROOT, cores, load };
    const where = await surroundings(setting, database.isStarted() ? await database.get() : null);
    process.stdout.write(toText(report));
    const { chart, ...figures } = report;
    const file = join(wish.output, report.group);
    await writeFile(
      `${file}.json`,
      `${JSON.stringify({ ...where, quick: wish.quick, ...figures }, null, 2)}\n`,
    );
    await writeFile(`${file}.svg`, chart);
    say(`written to ${file}.json and .svg`);
  } finally {
    await endAllChildren();
    await database.stop();
  }
}

async function main(): Promise<void> {
  const wish = await readWish(process.argv.slice(2));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      isEnding = true;
      void end().finally(() => process.exit(130));
    });
  }
  await mkdir(wish.output, { recursive: true });
  const run = await openRunDirectory(CACHE);
  endRun = run.remove;
  try {
    const cores = await bindToCores();
    const placed =
      cores === null
        ? 'Nothing is bound to a core: there is only one, or no taskset.'
        : `Servers run on core ${cores.server} alone, PostgreSQL and the load on core ${cores.others}.`;
    process.stdout.write(`${placed}\n`);
    for (const [name, group] of wish.groups) {
      if (isEnding) break;
      await runGroup(name, group, wish, run, cores).catch((error: unknown) => {
        // The other groups are useful without this one.
        process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exitCode = 1;
      });
    }
  } finally {
    await end();
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

// `npm run check`: runs every check that does not run the code, one on each core at a time, but at least two. The
// output of a check is printed when it ends, so that checks do not write at the same time. Every check runs, whatever
// the others have found.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Scripts of `package.json`. The longest ones begin first. */
const PARTS = [
  'check:types:server',
  'check:package',
  'check:dependencies',
  'check:types:pages',
  'check:dead-code',
  'check:format',
];

/** Resolves with whether the check has passed. */
async function run(part) {
  const child = spawn('npm', ['run', '--silent', part], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // On Windows, npm is a script of the shell.
    shell: process.platform === 'win32',
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  }
  const [code] = await once(child, 'close');
  process.stdout.write(`${part}: ${code === 0 ? 'nothing found' : `failed (${code})`}\n${said}`);
  return code === 0;
}

const waiting = [...PARTS];
let isClean = true;

async function runOneAfterTheOther() {
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    if (!(await run(part))) isClean = false;
  }
}

await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, runOneAfterTheOther));
process.exitCode = isClean ? 0 : 1;

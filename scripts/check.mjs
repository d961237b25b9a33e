// `npm run check`: everything that is looked at without running it, as many parts at a time as there are cores. What a part
// says is printed when it ends, so that the parts do not talk at once; every part is run, whatever the others found.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Scripts of `package.json`. What takes longest begins first. */
const PARTS = [
  'check:types:server',
  'check:package',
  'check:dependencies',
  'check:types:pages',
  'check:dead-code',
  'check:format',
];

/** Resolves with whether the part found nothing. */
async function run(part) {
  const child = spawn('npm', ['run', '--silent', part], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // There, npm is a script of the shell.
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

// Builds before `npm start`, and says so, because the first build takes longer than people wait without a word.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const isFirst = !existsSync(`${ROOT}dist/main.js`);

function say(line) {
  process.stderr.write(`${line}\n`);
}

if (isFirst) say('First start: building the server. This takes about ten seconds.');
const began = performance.now();
const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
  cwd: ROOT,
  stdio: 'inherit',
  // On Windows, npm is a script of the shell.
  shell: process.platform === 'win32',
});
if (isFirst && status === 0) say(`Built in ${((performance.now() - began) / 1_000).toFixed(1)} s.`);
process.exitCode = status ?? 1;

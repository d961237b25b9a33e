// `npm run dev`: builds and serves, and does both again whenever a source changes. The data are kept.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { context } from 'esbuild';
import ts from 'typescript';
import { copyElementTypes, pageBuilds } from './build-page.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SERVER = ['--enable-source-maps', '--max-semi-space-size=64', 'dist/main.js'];

function say(line) {
  process.stderr.write(`${line}\n`);
}

/** The running server; null while it is being replaced. */
let server = null;
let isEnding = false;
/** The server is replaced only once more, however many builds end while it is being replaced. */
let isReplacing = false;
let isStale = false;

function serve() {
  const child = spawn(process.execPath, SERVER, { cwd: ROOT, stdio: 'inherit' });
  server = child;
  child.once('exit', (code) => {
    if (server !== child) return;
    server = null;
    if (isEnding) process.exit(code ?? 1);
    if (!isReplacing) say(`The server ended with ${code}. It starts again when a source changes.`);
  });
}

async function end(signal) {
  const child = server;
  if (child === null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

async function replaceServer() {
  isStale = true;
  if (isReplacing) return;
  isReplacing = true;
  while (isStale && !isEnding) {
    isStale = false;
    await end('SIGTERM');
    if (!isEnding) serve();
  }
  isReplacing = false;
}

async function watchPage() {
  // Otherwise compressed files of an earlier build would be sent in place of those that this build makes.
  await rm(`${ROOT}/dist/page`, { recursive: true, force: true });
  await copyElementTypes();
  for (const options of pageBuilds) await context(options).then((page) => page.watch());
}

function watchServer() {
  const format = {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => ROOT,
    getNewLine: () => '\n',
  };
  const host = ts.createWatchCompilerHost(
    `${ROOT}tsconfig.build.json`,
    {},
    { ...ts.sys, getCurrentDirectory: () => ROOT },
    ts.createEmitAndSemanticDiagnosticsBuilderProgram,
    (diagnostic) => say(ts.formatDiagnostic(diagnostic, format).trimEnd()),
    (_status, _newLine, _options, errors) => {
      if (errors === 0) void replaceServer();
      else if (errors !== undefined) say(`${errors} errors: the server stays as it was built before.`);
    },
  );
  ts.createWatchProgram(host);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    isEnding = true;
    // A terminal has sent its signal to the server, too. A second one changes nothing for the server.
    if (server === null) process.exit(0);
    server.kill(signal);
  });
}

await watchPage();
watchServer();

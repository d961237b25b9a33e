// Runs the bundle beside it, `main.bundle.js` for `main.cjs`, from what V8 compiled of it when it ran before. The first
// process that ends by itself leaves that, as `main.compiled`.
'use strict';

const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

// No process lives so long that Prisma's WebAssembly is worth being optimized.
setFlagsFromString('--liftoff-only');
// Node has it from 21 on. Where it is missing, `pg` makes a `Response` to see that this is no Cloudflare, which loads undici.
globalThis.navigator ??= { userAgent: `Node.js/${process.versions.node}` };

const filename = __filename.replace(/cjs$/, 'bundle.js');
const compiled = __filename.replace(/cjs$/, 'compiled');

function readCompiled() {
  try {
    return readFileSync(compiled);
  } catch {
    return undefined;
  }
}

const cachedData = readCompiled();
const parameters = 'exports, require, module, importModule';
const code = `(function (${parameters}) {${readFileSync(filename, 'latin1')}\n})`;
const script = new Script(code, { filename, cachedData });
if (cachedData === undefined) {
  process.once('exit', () => {
    const unfinished = `${compiled}.${process.pid}`;
    try {
      writeFileSync(unfinished, script.createCachedData());
      renameSync(unfinished, compiled);
    } catch {
      // A user who may not write here: somebody else leaves it.
    }
  });
}
script.runInThisContext()(exports, require, module, (specifier) => import(specifier));

// Runs the bundle beside it, `main.bundle.js` for `main.cjs`, from what V8 compiled of it when it ran before. The first
// process that ends by itself leaves that.
'use strict';

const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

setFlagsFromString('--liftoff-only');

const filename = __filename.replace(/cjs$/, 'bundle.js');
const compiled = __filename.replace(/cjs$/, 'compiled');

function read(file, encoding) {
  try {
    return readFileSync(file, encoding);
  } catch {
    return undefined;
  }
}

const cachedData = read(compiled);
const parameters = 'exports, require, module, importModule';
const code = `(function (${parameters}) {${readFileSync(filename, 'latin1')}\n})`;
const script = new Script(code, { filename, cachedData });
if (cachedData === undefined) {
  process.once('exit', () => {
    const unfinished = `${compiled}.${process.pid}`;
    writeFileSync(unfinished, script.createCachedData());
    renameSync(unfinished, compiled);
  });
}
script.runInThisContext()(exports, require, module, (specifier) => import(specifier));

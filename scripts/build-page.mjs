// The pages of the browser, as `npm run build` and `npm run dev` make them.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const FILES = ['chat-page.ts', 'chat-page.css', 'chat-test-client.html', 'favicon.svg'];

/** Options of esbuild. */
export const pageBuild = {
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
  entryPoints: FILES.map((file) => `src/page/${file}`),
  outdir: 'dist/page',
  bundle: true,
  loader: { '.html': 'copy', '.svg': 'copy' },
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await build(pageBuild);

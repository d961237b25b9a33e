// Builds everything that browsers load, for `npm run build` and `npm run dev`: the pages, and the element with its
// languages.
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { minify } from 'rolldown/utils';
import { shortNames } from './short-names.mjs';
import { servedLanguages, smallClient, smallElement, smallLit, smallSockets } from './small-parts.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Where the server finds what browsers load. */
const PAGES = join(ROOT, 'dist/page');
const FILES = ['chat-page.ts', 'chat-page.css', 'chat-test-client.html', 'favicon.svg'];

/**
 * Lit uses these two names as soon as it is loaded. Without a browser, as on a server that renders a page, the module
 * has stand-ins for them. So importing it there throws nothing, and changes no global.
 */
const STAND_INS =
  'const HTMLElement=globalThis.HTMLElement??class{},document=globalThis.document??{createTreeWalker:()=>({})};';

const common = {
  absWorkingDir: ROOT,
  bundle: true,
  loader: { '.html': 'copy', '.svg': 'copy' },
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'warning',
};

const reader = await build({
  absWorkingDir: ROOT,
  entryPoints: ['src/texts/read-resource.ts'],
  bundle: true,
  format: 'esm',
  write: false,
});
const { readResource } = await import(
  `data:text/javascript,${encodeURIComponent(reader.outputFiles[0].text)}`
);

const sentencesIn = async (path) => readResource(await readFile(path, 'utf8'));
const asModule = (sentences) => ({ contents: `export default ${JSON.stringify(sentences)};`, loader: 'js' });

/**
 * Resources of Fluent are parsed here, so that no browser has to, and no page contains the parser. Languages other
 * than English become files of their own, through their dynamic import.
 */
const fluentResources = {
  name: 'fluent-resources',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /\.ftl$/ }, ({ kind, path }) =>
      kind === 'dynamic-import'
        ? { path: `./texts/${path.replace(/^.*\/|\.ftl$/g, '')}.js`, external: true }
        : null,
    );
    onLoad({ filter: /\.ftl$/ }, async ({ path }) => asModule(await sentencesIn(path)));
    onLoad({ filter: /texts.read-resource\.ts$/ }, () => ({
      contents: 'export const readResource = (text) => text;',
    }));
  },
};

async function minified(sheet) {
  const { code } = await transform(sheet, {
    loader: 'css',
    minify: true,
    target: 'chrome123',
    charset: 'utf8',
  });
  return code.trim();
}

/**
 * A style sheet that a module imports as text.
 *
 * @param trim takes away rules that are already in force.
 */
const sheetAsText =
  (trim = (sheet) => sheet) =>
  async ({ path }) => ({
    contents: trim(await minified(await readFile(path, 'utf8'))),
    loader: 'text',
    watchFiles: [path],
  });

/** Style sheets in templates of Lit are minified, too, and so are those that a module takes as text. */
const styleSheets = {
  name: 'style-sheets',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /\.css$/ }, ({ kind, path, resolveDir }) =>
      kind === 'import-statement' ? { path: join(resolveDir, path), namespace: 'css-text' } : null,
    );
    onLoad({ filter: /.*/, namespace: 'css-text' }, sheetAsText());
    onLoad({ filter: /styles\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const sheets = [...source.matchAll(/css`([^`]*)`/g)].map(async ([written, sheet]) => [
        written,
        `css\`${(await minified(sheet)).replaceAll('\\', '\\\\')}\``,
      ]);
      const contents = (await Promise.all(sheets)).reduce((text, pair) => text.replace(...pair), source);
      return { contents, loader: 'ts' };
    });
  },
};

/** Leaves out the rules that the room inherits, because the page's own style sheet has set them already. */
const smallStyles = {
  name: 'small-styles',
  setup: ({ onLoad }) =>
    onLoad(
      { filter: /\/base\.css$/, namespace: 'css-text' },
      sheetAsText((sheet) => sheet.replace(/:root,:host\{[^}]*\}/, '')),
    ),
};

/** In templates of Lit, the indentation of a line counts as a space, so it is shortened to one. */
const withShortTemplates = async (path) => (await readFile(path, 'utf8')).replace(/\n\s+(?=<|\$\{)/g, ' ');

const templatesFrom = (read) => ({
  name: 'templates',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/src\/(element|people)\/[\w-]+\.ts$/ }, async ({ path }) => ({
      contents: await read(path),
      loader: 'ts',
    })),
});
const templates = templatesFrom(withShortTemplates);
/** Shadow parts are for the style sheets of pages around the element. Here the page is our own, and uses none. */
const templatesOfPage = templatesFrom(async (path) =>
  (await withShortTemplates(path)).replace(/ part="[\w -]+"/g, ''),
);

/**
 * One file with everything but the languages, which are files beside it.
 *
 * @param more plugins.
 */
const element = (outdir, name, ...more) => ({
  ...common,
  entryPoints: { [name]: 'src/element/define.ts' },
  outdir,
  banner: { js: STAND_INS },
  plugins: [fluentResources, styleSheets, smallSockets, templates, ...more],
  minify: true,
});

/** The other scripts of the page take from its first script the modules that it has already. */
const PEOPLE = join(ROOT, 'src/people');
const exported = (await readFile(join(PEOPLE, 'start.ts'), 'utf8')).matchAll(/^export \* from '(.+)';$/gm);
const OF_FIRST_SCRIPT = ['./start.js', ...[...exported].map(([, path]) => path)].map((path) =>
  join(PEOPLE, path),
);

const fromFirstScript = {
  name: 'from-first-script',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) =>
      OF_FIRST_SCRIPT.includes(join(resolveDir, path)) ? { path: './people-start.js', external: true } : null,
    ),
};

/** The script of the page that asks the server first, while the others are still being loaded. */
const start = {
  ...common,
  entryPoints: { 'people-start': 'src/people/start.ts' },
  outdir: 'dist/page',
  minify: true,
};

/** Only some people need these parts, and nobody at first, so each is a file. They use the Lit of the page's script. */
const LATER = {
  'people-dialogs': 'src/people/dialog-view.ts',
  'people-host': 'src/people/host-page.ts',
  'people-links': 'src/element/links.ts',
  'people-notices': 'src/people/notices.ts',
  'people-record': 'src/element/record-view.ts',
  'people-search': 'src/people/name-search.ts',
  'people-sign-in': 'src/people/sign-in-view.ts',
  'people-tabs': 'src/people/seen-in-tabs.ts',
  'people-unread': 'src/people/unread-count.ts',
  'people-waiting': 'src/people/waiting-view.ts',
};

/** English sentences that only one such file uses, and therefore contains. The page's script has all others. */
const LATER_SENTENCES = [
  [
    'src/people/dialog-view.ts',
    'people-en',
    /^(language|cancel|notices?|signed-in-as|(change|end|extend|notice)-.*|sign-out-(?!plain).*)$/,
  ],
  ['src/people/waiting-view.ts', 'people-en', /^(hours-.*|waiting-(ahead|away|wrote))$/],
  ['src/people/name-search.ts', 'people-en', /^search-none$/],
  ['src/people/notices.ts', 'people-en', /^news-.*$/],
  ['src/people/sign-in-view.ts', 'people-en', /^(another|demo|link-needed|link-refused|wrong-role)-.*$/],
  [
    'src/element/record-view.ts',
    'en',
    /^(date-and-time|print-(heading|part|parties|zone|count|as-loaded|unsent|unsent-count))$/,
  ],
];

/**
 * Sentences that this page never says. Pages around the element are told why a connection does not come about, while
 * this page only says that it has none. It asks for nothing as somebody else, and nobody looks on.
 */
const NEVER_SAID =
  /^(error-(auth-forbidden|client-(connection-failed|no-token|wrong-address)|connection-idle|consultation-forbidden|request-origin-forbidden)|closed-onlooker-title)$/;
const pick = (sentences, isWanted) =>
  Object.fromEntries(Object.entries(sentences).filter(([id]) => isWanted(id)));

/** The names under which the page's `main.ts` exports these. */
const ENGLISH = { en: 'englishOfRoom', 'people-en': 'english' };

const withoutLaterSentences = {
  name: 'without-later-sentences',
  setup({ onLoad }) {
    onLoad({ filter: /\/texts\/refusal-ids\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/^ {2}'client\..*'error-client-.*,\n/gm, ''),
      loader: 'ts',
    }));
    onLoad({ filter: /\/texts\/(people-)?en\.ftl$/ }, async ({ path }) =>
      asModule(
        pick(
          await sentencesIn(path),
          (id) =>
            !NEVER_SAID.test(id) &&
            LATER_SENTENCES.every(([, resource, ids]) => !path.endsWith(`/${resource}.ftl`) || !ids.test(id)),
        ),
      ),
    );
  },
};

const withTheirSentences = {
  name: 'with-their-sentences',
  setup({ onLoad }) {
    for (const [file, resource, ids] of LATER_SENTENCES)
      onLoad({ filter: new RegExp(`/${file.replace('.', '\\.')}$`) }, async ({ path }) => {
        const own = pick(await sentencesIn(`${ROOT}src/texts/${resource}.ftl`), (id) => ids.test(id));
        const name = ENGLISH[resource];
        const bringsThem = `import { ${name} } from 'lit'; Object.assign(${name}, ${JSON.stringify(own)});`;
        return { contents: `${bringsThem}\n${await withShortTemplates(path)}`, loader: 'ts' };
      });
  },
};

const laterFiles = {
  name: 'later-files',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.{1,2}\/.*\.js$/ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return null;
      const source = join(resolveDir, path).replace(ROOT, '').replace(/\.js$/, '.ts');
      const [name] = Object.entries(LATER).find(([, file]) => file === source) ?? [];
      return name === undefined ? null : { path: `./${name}.js`, external: true };
    }),
};

const litOfPage = {
  name: 'lit-of-page',
  setup: ({ onResolve }) => onResolve({ filter: /^lit$/ }, () => ({ path: './people.js', external: true })),
};

const later = {
  ...common,
  ...shortNames,
  entryPoints: LATER,
  outdir: 'dist/page',
  plugins: [withTheirSentences, styleSheets, templates, fromFirstScript, litOfPage],
  minify: true,
};

/** The page of patients and doctors. */
const people = {
  ...common,
  ...shortNames,
  entryPoints: ['main.ts', 'people.css', 'people.html'].map((file) => ({
    in: `src/people/${file}`,
    out: 'people',
  })),
  outdir: 'dist/page',
  plugins: [
    withoutLaterSentences,
    fluentResources,
    smallClient,
    smallElement,
    smallLit,
    smallStyles,
    styleSheets,
    smallSockets,
    templatesOfPage,
    fromFirstScript,
    laterFiles,
  ],
  minify: true,
};

/** The service worker of the page, which runs by itself. */
const worker = {
  ...common,
  entryPoints: { 'people-worker': 'src/people/notice-worker.ts' },
  outdir: 'dist/page',
  format: 'iife',
  minify: true,
};

/** The languages, each of which is loaded when somebody reads it. They lie beside the script that loads them. */
const languages = (outdir) => ({
  ...common,
  entryPoints: ['de', 'fr', 'es', 'ar', 'pt'].flatMap((language) => [
    `src/texts/${language}.ftl`,
    `src/texts/people-${language}.ftl`,
  ]),
  outdir: `${outdir}/texts`,
  plugins: [fluentResources],
});

/** Options of esbuild, one set for each build. */
export const pageBuilds = [
  { ...common, entryPoints: FILES.map((file) => `src/page/${file}`), outdir: 'dist/page' },
  start,
  people,
  later,
  worker,
  element('dist/page', 'element', servedLanguages),
  element('dist/element', 'index'),
  languages('dist/page'),
  languages('dist/element'),
];

/** Copies the types of the element into the package. */
export async function copyElementTypes() {
  await mkdir(`${ROOT}/dist/element`, { recursive: true });
  await copyFile(`${ROOT}/src/element/index.d.ts`, `${ROOT}/dist/element/index.d.ts`);
}

const filesOfPages = async (pattern) =>
  (await readdir(PAGES, { recursive: true })).filter((file) => pattern.test(file));

/**
 * Makes the scripts of the pages smaller by a thirtieth than esbuild does. What one script exports keeps its name, because
 * another one imports it.
 */
async function minifyPages() {
  for (const file of await filesOfPages(/\.js$/)) {
    const path = join(PAGES, file);
    const { code, errors } = await minify(file, await readFile(path, 'utf8'), {
      module: true,
      compress: { target: common.target },
      mangle: { toplevel: true },
      codegen: { removeWhitespace: true },
    });
    if (errors.length > 0) throw new Error(`${file} was not made smaller: ${errors[0].message}`);
    await writeFile(path, code);
  }
}

/** Writes a compressed copy beside each file of the pages, which a browser gets over a slow network. */
async function compressPages() {
  for (const file of await filesOfPages(/\.(js|css|svg)$/)) {
    const path = join(PAGES, file);
    const bytes = await readFile(path);
    await Promise.all([
      writeFile(`${path}.gz`, gzipSync(bytes, { level: 9 })),
      // Brotli is a seventh smaller, but browsers accept it over HTTPS only.
      writeFile(`${path}.br`, brotliCompressSync(bytes)),
    ]);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // Otherwise files of an earlier build would be sent in place of those that this build makes.
  await rm(PAGES, { recursive: true, force: true });
  await Promise.all([...pageBuilds.map((options) => build(options)), copyElementTypes()]);
  await minifyPages();
  await compressPages();
}

// Replaces parts of libraries that the pages never use, or that browsers have built in.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PARED } from './socket-cuts.mjs';
import { INSTEAD_OF_SOCKETS_PARTS } from './socket-stand-ins.mjs';

/**
 * Makes a plugin that replaces modules. If a module does not exist any more, for instance after an update, the build
 * fails, because the code that it brought along would otherwise come back unnoticed.
 *
 * @param parts each with the module that it replaces.
 */
const standIns = (name, parts) => ({
  name,
  setup({ onLoad, onEnd }) {
    const met = new Set();
    for (const [filter, contents] of parts)
      onLoad({ filter }, () => {
        met.add(filter);
        return { contents };
      });
    onEnd(() => ({
      errors: parts
        .filter(([filter]) => !met.has(filter))
        .map(([filter]) => ({ text: `Nothing is like ${filter}: see scripts/small-parts.mjs.` })),
    }));
  },
});

const pared = {
  name: 'pared',
  setup({ onLoad }) {
    for (const [filter, pare] of PARED)
      onLoad({ filter }, async ({ path }) => ({ contents: pare(await readFile(path, 'utf8')) }));
  },
};

const smallParts = standIns('small-sockets', INSTEAD_OF_SOCKETS_PARTS);
export const smallSockets = {
  name: 'small-sockets',
  setup(build) {
    smallParts.setup(build);
    pared.setup(build);
  },
};

/** Every browser that has `light-dark()`, which the page needs, supports adopted style sheets. */
const ADOPTED_SHEETS = `
  export const supportsAdoptingStyleSheets = true;
  export class CSSResult {
    constructor(cssText) { this.cssText = cssText; }
    get styleSheet() {
      if (this.sheet === undefined) (this.sheet = new CSSStyleSheet()).replaceSync(this.cssText);
      return this.sheet;
    }
  }
  export const unsafeCSS = (text) => new CSSResult(text);
  export const css = (strings, ...values) =>
    unsafeCSS(strings.reduce((text, next, index) => text + values[index - 1].cssText + next));
  export const getCompatibleStyle = (sheet) => sheet;
  export function adoptStyles(root, sheets) {
    root.adoptedStyleSheets = sheets.map(({ styleSheet }) => styleSheet);
  }`;

export const smallLit = standIns('small-lit', [[/reactive-element.*\/css-tag\.js$/, ADOPTED_SHEETS]]);

const SERVED_FILE = fileURLToPath(new URL('served-file.mjs', import.meta.url));

/**
 * Loads a module that the server gives out beside the script. (Where a bundler has moved the files, its own loader is asked
 * again.)
 *
 * @param name of the function, which is given what follows in the address.
 */
const served = (name, address) => `import { servedFile } from ${JSON.stringify(SERVED_FILE)};
  export const ${name} = servedFile((file) => import(new URL('${address}' + file, import.meta.url).href));`;

const ROOM_RESOURCES = [/\/src\/texts\/load-room-resource\.ts$/, served('loadRoomResource', './texts/')];

export const servedLanguages = standIns('served-languages', [ROOM_RESOURCES]);

/** The page gives the room its own connection and language. */
export const smallElement = standIns('small-element', [
  ROOM_RESOURCES,
  [/\/src\/texts\/load-people-resource\.ts$/, served('loadPeopleResource', './texts/people-')],
  [/\/src\/element\/load-links\.ts$/, served('loadLinks', './people-links')],
  // The page draws anew when the room's state changes, and does not look at its name.
  [
    /\/src\/element\/room-state\.ts$/,
    'export const stateOf = ({ model: { stage, phase, isUnreachable }, closed }) => ({ state: stage + phase + isUnreachable, reason: closed?.kind });',
  ],
  [/\/src\/element\/own-connection\.ts$/, 'export const createOwnConnection = () => ({});'],
  [
    /\/src\/element\/server-address\.ts$/,
    "export function socketsAt(text) { return text; } export const settingsAt = (pages) => pages + 'people.json';",
  ],
  [
    /\/src\/element\/shared-channels\.ts$/,
    'export function sharing(client) { return client; } export function sideOfOthers() {}',
  ],
  [/\/src\/element\/styles\/host-styles\.ts$/, 'export const host = [];'],
  [
    /\/src\/element\/page-language\.ts$/,
    "export const languageAround = () => ''; export const onLanguageAround = () => () => {};",
  ],
]);

/**
 * The page never shows the sentences in the client library's errors, which are for developers. It goes by the codes,
 * and has sentences of its own in six languages.
 */
export const withoutErrorSentences = (source) => source.replace(/'[A-Z][^'\n]* [^'\n]*\.'/g, "''");

/**
 * Leaves out ending and extending a consultation, which the page asks for over HTTP.
 *
 * @throws if the client library does not have both any more.
 */
export function withoutChanges(source) {
  const changes = /^ {4}(?:end|extend)Consultation: [\s\S]*?^ {4}\},\n/gm;
  if (source.match(changes)?.length !== 2) throw new Error('The client library changes nothing any more.');
  return source.replace(changes, '');
}

export const smallClient = {
  name: 'small-client',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/src\/client\/[\w-]+\.ts$/ }, async ({ path }) => {
      const source = withoutErrorSentences(await readFile(path, 'utf8'));
      return { contents: /\/client\.ts$/.test(path) ? withoutChanges(source) : source, loader: 'ts' };
    }),
};

import { posix } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type CodeFile,
  codeOf,
  exportsOf,
  modulesAsObjects,
  modulesWith,
  propertiesIn,
  propertiesOfType,
  propertiesSentBy,
  readCode,
  readFiles,
  readText,
  wordsInStrings,
  wordsOf,
} from './names-in-code.js';

const LIST = new URL('../../scripts/short-names.mjs', import.meta.url);

/** What the page's scripts are built of. */
const PAGE = ['src/people', 'src/element', 'src/room', 'src/client', 'src/texts'];

const LIBRARIES = [
  'node_modules/socket.io-client/build/esm',
  'node_modules/engine.io-client/build/esm',
  'node_modules/engine.io-parser/build/esm',
  'node_modules/socket.io-parser/build/esm',
  'node_modules/@socket.io/component-emitter/lib/esm',
  'node_modules/@lit/reactive-element/reactive-element.js',
  'node_modules/lit-element/lit-element.js',
  'node_modules/lit-html/lit-html.js',
];

/** What goes over the wire is declared here. */
const WIRE = [
  'src/protocol',
  ...['events', 'notifications', 'shapes'].map((folder) => `src/adapters/socketio/${folder}`),
  ...[
    'api-schemas',
    'consultation-schemas',
    'doctor-schemas',
    'examples',
    'fields',
    'problem',
    'responses',
  ].map((file) => `src/adapters/http/${file === 'problem' ? '' : 'api/'}${file}.ts`),
];

/**
 * Files that make text of an object, or give it to another page, worker or tab, or to the history; with the types of
 * what they send, as far as it is not written out in the call.
 */
const SENDERS: Readonly<Record<string, readonly (readonly [file: string, type: string])[]>> = {
  'src/client/credentials.ts': [],
  'src/client/inbox-holder.ts': [['src/client/inbox.ts', 'InboxOptions']],
  'src/client/outbox-storage.ts': [['src/client/outbox-storage.ts', 'WrittenMessage']],
  'src/element/kept.ts': [
    ['src/element/kept.ts', 'ReadingPlace'],
    ['src/room/failure.ts', 'Failure'],
    ['src/room/room-note.ts', 'KeptNote'],
    ['src/room/room-note.ts', 'RoomNote'],
    ['src/room/seen-messages.ts', 'SeenStretch'],
    ['src/room/timeline.ts', 'OutgoingMessage'],
  ],
  'src/people/dialog-view.ts': [],
  'src/people/host-page.ts': [],
  'src/people/notice-worker.ts': [['src/people/notice-worker.ts', 'Origin']],
  'src/people/notifications.ts': [['src/people/notice-messages.ts', 'NoticeToShow']],
  'src/people/people-page.ts': [],
  'src/people/routes.ts': [],
  'src/people/seen-in-tabs.ts': [['src/people/seen-in-tabs.ts', 'Told']],
  'src/people/take-token.ts': [],
};

/** Scripts of the page whose names stay as they are: the build makes these without the list. */
const WITH_LONG_NAMES = ['src/people/start.ts', 'src/people/notice-worker.ts'];

let names: readonly string[];
let page: readonly CodeFile[];
let libraries: readonly CodeFile[];

beforeAll(async () => {
  const { shortNames } = await import(LIST.href);
  names = Object.keys(shortNames.mangleCache);
  page = readFiles(PAGE, /\.ts$/).map(readCode);
  libraries = readFiles(LIBRARIES, /\.js$/).map(readCode);
});

/** The listed names that are among these, each with where it was found. */
function listedIn(found: readonly (readonly [path: string, names: Iterable<string>])[], listed = names) {
  return found.flatMap(([path, words]) => {
    const all = new Set(words);
    return listed.filter((name) => all.has(name)).map((name) => `${name} in ${path}`);
  });
}

const byFile = (files: readonly CodeFile[], namesIn: (file: CodeFile) => Iterable<string>) =>
  files.map((file) => [file.path, namesIn(file)] as const);

const pathOf = (from: string, module: string): string =>
  posix.join(posix.dirname(from), module).replace(/\.js$/, '.ts');

/** The modules of a script, with all that they import. */
function scriptOf(path: string, known = new Map<string, CodeFile>()): readonly CodeFile[] {
  if (!known.has(path)) {
    const file = readCode(path);
    known.set(path, file);
    for (const module of modulesWith(file))
      if (/^\..*\.js$/.test(module)) scriptOf(pathOf(path, module), known);
  }
  return [...known.values()];
}

/** Of a text in a language, the names by which code asks for it and fills it: its sentences are for people. */
const namesInText = (path: string): readonly string[] =>
  wordsOf(
    path.endsWith('.ftl')
      ? (readText(path).match(/^[\w-]+(?= *=)|\$\w+/gm) ?? []).join(' ').replaceAll('$', '')
      : readText(path),
  );

describe('a name that the build makes short', () => {
  it('is on the list once', () => {
    expect(names.length).toBeGreaterThan(80);
    expect(
      readText('scripts/short-names.mjs')
        .match(/[\w$]+/g)
        ?.filter((word) => names.includes(word)),
    ).toEqual(names);
  });

  it('is no name of the wire', () => {
    const files = readFiles(WIRE, /\.ts$/).map(readCode);
    expect(files.length).toBeGreaterThan(30);
    expect(listedIn(byFile(files, propertiesIn))).toEqual([]);
    expect(listedIn(byFile(files, wordsInStrings))).toEqual([]);
  });

  it('is no property that pages of others use', () => {
    const types = readCode('src/element/index.d.ts');
    expect(listedIn([[types.path, propertiesIn(types)]])).toEqual([]);
  });

  it('stands in no string, no markup and no text', () => {
    expect(listedIn(byFile([...page, ...libraries], wordsInStrings))).toEqual([]);
    const texts = readFiles(['src/texts', 'src/people'], /\.(ftl|html|css)$/);
    expect(texts.length).toBeGreaterThan(15);
    expect(listedIn(texts.map((path) => [path, namesInText(path)]))).toEqual([]);
  });

  it('is in nothing that is kept, or given to another page, worker or tab', () => {
    const senders = page.flatMap((file) => {
      const sent = propertiesSentBy(file);
      return sent === null ? [] : [[file.path, sent] as const];
    });
    expect(senders.map(([path]) => path).sort()).toEqual(Object.keys(SENDERS).sort());
    expect(listedIn(senders)).toEqual([]);
    const types = Object.values(SENDERS).flat();
    expect(
      listedIn(types.map(([path, type]) => [`${type}, ${path}`, propertiesOfType(readCode(path), type)])),
    ).toEqual([]);
  });

  it('is no export that is read from a module as from an object', () => {
    const loaded = page.flatMap((file) =>
      [...modulesAsObjects(file)]
        .filter((module) => module.endsWith('.js'))
        .map((module) => pathOf(file.path, module)),
    );
    expect(loaded).toContain('src/element/record-view.ts');
    expect(listedIn(byFile(loaded.map(readCode), exportsOf))).toEqual([]);
  });

  it.each(WITH_LONG_NAMES)('is not used by %s, which is built without the list', (path) => {
    const files = scriptOf(path);
    expect(files.length).toBeGreaterThan(1);
    expect(listedIn(byFile(files, propertiesIn))).toEqual([]);
  });

  it('is a property in the sources, or in a library', () => {
    const used = new Set([...page, ...libraries].flatMap((file) => [...propertiesIn(file)]));
    expect(names.filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('what is looked for', () => {
  const planted = (text: string, namesIn: (file: CodeFile) => Iterable<string> | null) =>
    listedIn([['planted.ts', namesIn(codeOf('planted.ts', text)) ?? []]], ['topSeq']);

  it.each([
    'interface Wire { readonly topSeq: number }',
    'const wire = { topSeq: 1 };',
    'const wire = { topSeq };',
    'const wire = { get topSeq() { return 1; } };',
    'const { topSeq: top } = wire;',
    'const { topSeq = 1 } = wire;',
    'class Wire { topSeq = 1; }',
    'wire.topSeq = 1;',
  ])('is the property in %s', (text) =>
    expect(planted(text, propertiesIn)).toEqual(['topSeq in planted.ts']),
  );

  it('is no variable', () => expect(planted('const topSeq = { a: topSeq };', propertiesIn)).toEqual([]));

  it.each([
    "read('topSeq');",
    "'topSeq' in wire;",
    'html`<p .topSeq=$' + '{1}></p>`;',
    'html`<p>$' + '{1}<b id="topSeq">$' + '{2}</b></p>`;',
    'html`<p>$' + '{1} topSeq</p>`;',
  ])('is the word in %s', (text) => expect(planted(text, wordsInStrings)).toEqual(['topSeq in planted.ts']));

  it('is no type of a string', () =>
    expect(planted("type Top = Pick<Room, 'topSeq'>;", wordsInStrings)).toEqual([]));

  it('is no word in the path of an import', () =>
    expect(planted("import { top } from './topSeq.js';", wordsInStrings)).toEqual([]));

  it.each([
    'JSON.stringify({ topSeq });',
    'JSON.stringify([{ deep: { topSeq: 1 } }]);',
    'channel.postMessage({ topSeq: 1 });',
    "history.replaceState({ topSeq: 1 }, '');",
    'history[`$' + "{way}State`]({ topSeq: 1 }, '');",
  ])('is what is sent by %s', (text) =>
    expect(planted(text, propertiesSentBy)).toEqual(['topSeq in planted.ts']),
  );

  it.each([
    'interface Kept { readonly topSeq: number }',
    "type Kept = { readonly kind: 'a' } | { readonly topSeq: number };",
    'interface Kept { readonly within: { readonly topSeq: number } }',
  ])('is the property of the type in %s', (text) =>
    expect(planted(text, (file) => propertiesOfType(file, 'Kept'))).toEqual(['topSeq in planted.ts']),
  );

  it.each([
    'export const topSeq = 1;',
    'export function topSeq() {}',
    'export class topSeq {}',
    'const top = 1; export { top as topSeq };',
    "export { topSeq } from './other.js';",
  ])('is the export in %s', (text) => expect(planted(text, exportsOf)).toEqual(['topSeq in planted.ts']));

  it.each(["void import('./later.js');", "import * as later from './later.js';"])(
    'is the module in %s',
    (text) => expect([...modulesAsObjects(codeOf('planted.ts', text))]).toEqual(['./later.js']),
  );

  it.each(["import { a } from './with.js';", "import './with.js';", "export * from './with.js';"])(
    'comes with %s',
    (text) => expect(modulesWith(codeOf('planted.ts', text))).toEqual(['./with.js']),
  );
});

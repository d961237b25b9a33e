import { dirname, join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../architecture/documents.js';
import { documented } from './documented.js';

/** The compiler reads a browser's declarations, and the machine may be busy with other things. */
const COMPILING_MS = 300_000;

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  // The types of the package are checked like any others, and only a browser's own are believed.
  skipLibCheck: false,
  skipDefaultLibCheck: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
  paths: { 'consultation-chat/element': [join(ROOT, 'dist/element/index.d.ts')] },
};

/** Compiles what a page has written. @returns what is wrong, by file, and the declarations of other packages that it took. */
function compiled(files: Readonly<Record<string, string>>, options: ts.CompilerOptions = {}) {
  const inFolder = (name: string): string => join(ROOT, 'test/element', name);
  const sources = new Map(Object.entries(files).map(([name, code]) => [inFolder(name), code]));
  const all = { ...OPTIONS, ...options };
  const host = ts.createCompilerHost(all);
  const program = ts.createProgram([...sources.keys()], all, {
    ...host,
    fileExists: (name) => sources.has(name) || host.fileExists(name),
    readFile: (name) => sources.get(name) ?? host.readFile(name),
    getSourceFile: (name, how) => {
      const code = sources.get(name);
      return code === undefined ? host.getSourceFile(name, how) : ts.createSourceFile(name, code, how);
    },
  });
  const complaints = ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
  const packages = program
    .getSourceFiles()
    .map(({ fileName }) => fileName)
    .filter((name) => name.includes('/node_modules/') && !dirname(name).endsWith('typescript/lib'));
  return { complaints, packages };
}

describe('the types of the element', () => {
  let plain: ReturnType<typeof compiled>;
  beforeAll(() => {
    plain = compiled({
      'page.ts': `import 'consultation-chat/element';
        import type { ConsultationChatElement, ConsultationChatEventMap } from 'consultation-chat/element';
        const chat: ConsultationChatElement = document.createElement('consultation-chat');
        chat.getToken = async () => 'token';
        chat.getToken = null;
        void chat.print();
        const heard = ({ detail }: ConsultationChatEventMap['unread']): number => detail.count;
        chat.addEventListener('unread', heard);
        chat.removeEventListener('unread', heard);
        chat.addEventListener('click', (event) => event.preventDefault());
        chat.removeEventListener('click', () => undefined);
        // @ts-expect-error: the types are there, and not any.
        chat.addEventListener('unread', ({ detail }) => detail.content);`,
    });
  }, COMPILING_MS);

  it('know what there is, and what listeners are given', () => {
    expect(plain.complaints).toEqual([]);
  });

  it('need no other package', () => {
    expect(plain.packages).toEqual([]);
  });

  it('carry JSX of React, in the page that docs/element.md shows and in others', {
    timeout: COMPILING_MS,
  }, () => {
    const { complaints } = compiled(
      {
        'consultation-chat.d.ts': documented('ts', 'import type { ConsultationChatElement'),
        'shown.tsx': documented('tsx', `'use client'`),
        'other.tsx': `import type { ConsultationChatElement } from 'consultation-chat/element';
          import { useRef } from 'react';
          export function Room({ id }: { id: string | undefined }) {
            const chat = useRef<ConsultationChatElement>(null);
            return <consultation-chat ref={chat} className="room" title="Room" consultation={id} lang="de" token={null}
              onstate={(event) => event.detail.reason} onmessage={({ detail: { seq } }) => seq.toFixed()} />;
          }
          // @ts-expect-error: the types are there, and not any.
          export const wrong = <consultation-chat consultation={7} />;`,
      },
      { jsx: ts.JsxEmit.ReactJSX },
    );
    expect(complaints).toEqual([]);
  });
});

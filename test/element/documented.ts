import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../architecture/documents.js';

/**
 * @param language as the block of code names it.
 * @returns the block of code in `docs/element.md` that begins with these words.
 */
export function documented(language: string, beginning: string): string {
  const text = readFileSync(join(ROOT, 'docs/element.md'), 'utf8');
  const blocks = [...text.matchAll(/```(\w+)\n(.*?)```/gs)];
  const [, , code] = blocks.find(([, kind, code]) => kind === language && code?.startsWith(beginning)) ?? [];
  if (code === undefined) throw new Error(`docs/element.md has no block of ${language} with ${beginning}.`);
  return code;
}

import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export function readText(path: string): Promise<string> {
  return readFile(join(ROOT, path), 'utf8');
}

/** Paths of all files below a folder, from the root of the project, with `/`. */
export async function filesBelow(folder: string, ending: string): Promise<readonly string[]> {
  const names = await readdir(join(ROOT, folder), { recursive: true });
  return names
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name.split(sep).join('/')}`);
}

/** The text below a heading, up to the next one of the same level; the heading without its `#`s. */
export function section(markdown: string, heading: string): string {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => line.replace(/^#+ /, '') === heading);
  if (start === -1) throw new Error(`there is no section "${heading}"`);
  const level = lines[start]?.match(/^#+/)?.[0].length ?? 1;
  const length = lines.slice(start + 1).findIndex((line) => new RegExp(`^#{1,${level}} `).test(line));
  return lines.slice(start + 1, length === -1 ? undefined : start + 1 + length).join('\n');
}

/** The rows of all tables of a text without their heads, cell by cell. */
export function tableRows(markdown: string): readonly (readonly string[])[] {
  const lines = markdown.split('\n');
  return lines
    .filter((line, index) => line.startsWith('| ') && !isRuler(line) && !isRuler(lines[index + 1]))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The line between a table's head and its rows. */
function isRuler(line = ''): boolean {
  return /^\|[-| ]+\|$/.test(line);
}

/** What stands in backquotes. */
export function codeSpans(markdown: string): readonly string[] {
  return [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span ?? '');
}

/** The names of a TypeScript declaration: an interface's members, the strings of a union, the keys of an object. */
export function namesIn(source: string, declaration: string): readonly string[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    const isDeclaration =
      ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isVariableDeclaration(node);
    if (isDeclaration && node.name.getText(file) === declaration) found = node;
    else ts.forEachChild(node, visit);
  };
  visit(file);
  if (found === undefined) throw new Error(`there is no declaration "${declaration}"`);
  return namesOf(found, file);
}

function namesOf(declaration: ts.Node, file: ts.SourceFile): readonly string[] {
  if (ts.isInterfaceDeclaration(declaration)) {
    return declaration.members.map((member) => member.name?.getText(file) ?? '');
  }
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) names.push(node.literal.text);
    if (ts.isPropertyAssignment(node)) names.push(node.name.getText(file).replaceAll("'", ''));
    // Not into the values of an object: their keys are not its own.
    else ts.forEachChild(node, visit);
  };
  ts.forEachChild(declaration, visit);
  return names;
}

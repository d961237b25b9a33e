import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A file of code, by its path below the repository. */
export interface CodeFile {
  readonly path: string;
  readonly source: ts.SourceFile;
}

export const codeOf = (path: string, text: string): CodeFile => ({
  path,
  source: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true),
});

export const readCode = (path: string): CodeFile => codeOf(path, readFileSync(ROOT + path, 'utf8'));

/** @param paths files, or folders with everything that is in them. */
export const readFiles = (paths: readonly string[], ending: RegExp): readonly string[] =>
  paths.flatMap((path) =>
    ending.test(path)
      ? [path]
      : readdirSync(ROOT + path, { recursive: true, encoding: 'utf8' })
          .filter((file) => ending.test(file))
          .map((file) => `${path}/${file.replaceAll('\\', '/')}`),
  );

export const readText = (path: string): string => readFileSync(ROOT + path, 'utf8');

export const wordsOf = (text: string): readonly string[] => text.match(/[\w$]+/g) ?? [];

function collect(node: ts.Node, found: (node: ts.Node) => readonly string[]): Set<string> {
  const all = new Set<string>();
  const visit = (one: ts.Node): void => {
    for (const name of found(one)) all.add(name);
    ts.forEachChild(one, visit);
  };
  visit(node);
  return all;
}

function propertyOf(node: ts.Node): readonly string[] {
  if (ts.isPropertyAccessExpression(node)) return [node.name.text];
  if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent))
    return [(node.propertyName ?? node.name).getText()];
  const isMember = ts.isObjectLiteralElementLike(node) || ts.isTypeElement(node) || ts.isClassElement(node);
  return isMember && node.name !== undefined ? [node.name.getText()] : [];
}

/** Names by which properties are declared, written or read. */
export const propertiesIn = ({ source }: CodeFile): ReadonlySet<string> => collect(source, propertyOf);

/** Words in strings and in markup. Types and the paths of imports do not count: they are not there at run time. */
export const wordsInStrings = ({ source }: CodeFile): ReadonlySet<string> =>
  collect(source, (node) => {
    if (!ts.isStringLiteralLike(node) && !ts.isTemplateLiteralToken(node)) return [];
    const { parent } = node;
    const isGone =
      ts.isLiteralTypeNode(parent) || ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent);
    return isGone ? [] : wordsOf(node.text);
  });

/** Names of the properties of a type or an interface, and of the objects that are written out in it. */
export function propertiesOfType({ path, source }: CodeFile, name: string): ReadonlySet<string> {
  const type = source.statements.find(
    (one) => (ts.isInterfaceDeclaration(one) || ts.isTypeAliasDeclaration(one)) && one.name.text === name,
  );
  if (type === undefined) throw new Error(`${path} has no type ${name}`);
  return collect(type, propertyOf);
}

/** What a module exports by its name. */
export const exportsOf = ({ source }: CodeFile): ReadonlySet<string> =>
  collect(source, (node) => {
    if (ts.isExportSpecifier(node)) return [node.name.text];
    if (!ts.canHaveModifiers(node) || !ts.getModifiers(node)?.some(isExport)) return [];
    if (ts.isVariableStatement(node))
      return node.declarationList.declarations.map(({ name }) => name.getText());
    return ts.isDeclarationStatement(node) && node.name !== undefined ? [node.name.getText()] : [];
  });

const isExport = ({ kind }: ts.ModifierLike): boolean => kind === ts.SyntaxKind.ExportKeyword;

const isSending = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) &&
  /^(JSON\.stringify|(.+\.)?postMessage|history\.\w+State|history\[.+)$/.test(node.expression.getText());

/** What is written out where something is made to text, sent to another page, or kept in the history; null for no such place. */
export function propertiesSentBy({ source }: CodeFile): ReadonlySet<string> | null {
  let isSender = false;
  const names = collect(source, (node) => {
    if (!isSending(node)) return [];
    isSender = true;
    return node.arguments.flatMap((argument) => [...collect(argument, propertyOf)]);
  });
  return isSender ? names : null;
}

/** Modules that are loaded when they are needed, or whose exports are all taken as properties of one object. */
export const modulesAsObjects = ({ source }: CodeFile): ReadonlySet<string> =>
  collect(source, (node) => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      return node.arguments.filter(ts.isStringLiteral).map(({ text }) => text);
    if (ts.isNamespaceImport(node)) {
      const { moduleSpecifier } = node.parent.parent;
      return ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : [];
    }
    return [];
  });

/** Modules whose code comes with this one. */
export const modulesWith = ({ source }: CodeFile): readonly string[] =>
  source.statements.flatMap((one) => {
    const isImport = ts.isImportDeclaration(one) && one.importClause?.isTypeOnly !== true;
    if (!isImport && !(ts.isExportDeclaration(one) && !one.isTypeOnly)) return [];
    const { moduleSpecifier } = one;
    return moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : [];
  });

import ts from 'typescript';

/** A use of the time of day, of chance, of timers or of the environment. */
export interface Reach {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

/** Where a clock can be read without asking the port. */
const CLOCKS = new Set(['Date', 'DateTime', 'performance']);
const GLOBALS = new Set([
  'randomUUID',
  'getRandomValues',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'requestAnimationFrame',
]);

/** Objects whose members of those names are the real ones. */
const HOSTS = new Set(['globalThis', 'global', 'window', 'self', 'crypto', 'webcrypto', 'timers']);

/** What the text of one TypeScript file takes from its surroundings by itself; comments and strings do not count. */
export function reachesOf(file: string, text: string): readonly Reach[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Reach[] = [];
  const visit = (node: ts.Node): void => {
    const what = reachOf(node);
    if (what !== null) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      found.push({ file, line: line + 1, what });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function reachOf(node: ts.Node): string | null {
  if (readsDate(node)) return 'new Date()';
  if (ts.isIdentifier(node)) return GLOBALS.has(node.text) && !isSomebodyElses(node) ? node.text : null;
  const member = memberOf(node);
  return member !== null && isReaching(member) ? `${member.owner}.${member.name}` : null;
}

/** `new Date()`; and `Date(…)`, which ignores what it is given. */
function readsDate(node: ts.Node): boolean {
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return false;
  if (!ts.isIdentifier(node.expression) || node.expression.text !== 'Date') return false;
  return ts.isCallExpression(node) || (node.arguments?.length ?? 0) === 0;
}

/** The same name on an object of ours, such as a port: its declaration, and its use as `port.setTimeout(…)`. */
function isSomebodyElses(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent) && parent.name === name) {
    return ts.isIdentifier(parent.expression) && !HOSTS.has(parent.expression.text);
  }
  const isMember =
    ts.isMethodSignature(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isPropertyAssignment(parent);
  return isMember && parent.name === name;
}

interface Member {
  readonly owner: string;
  readonly name: string;
}

function isReaching({ owner, name }: Member): boolean {
  if (CLOCKS.has(owner)) return name === 'now';
  if (owner === 'Math') return name === 'random';
  return owner === 'process' && (name === 'env' || name === 'hrtime');
}

/** The names of `owner.name` and `owner['name']`; of `globalThis.owner.name`, too. */
function memberOf(node: ts.Node): Member | null {
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return null;
  const owner = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
  if (!ts.isIdentifier(owner)) return null;
  if (ts.isPropertyAccessExpression(node)) return { owner: owner.text, name: node.name.text };
  const { argumentExpression } = node;
  return ts.isStringLiteralLike(argumentExpression)
    ? { owner: owner.text, name: argumentExpression.text }
    : null;
}

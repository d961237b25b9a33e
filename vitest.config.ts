import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    setupFiles: ['test/support/fast-check-seed.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Many tests wait for processes and sockets more than they compute: one worker more than there are cores.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // With `--coverage`: the domain has no branch that no test takes.
    coverage: {
      provider: 'v8',
      include: ['src/domain/**'],
      reporter: ['lcovonly'],
      thresholds: { branches: 100, functions: 100, perFile: true },
    },
  },
});

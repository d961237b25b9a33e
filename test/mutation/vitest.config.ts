import { defineConfig } from 'vitest/config';

/** `npm run test:mutation`: the tests of rules, each of which answers in milliseconds; the long ones are left out. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/domain/**/*.test.ts', 'test/application/streams/**/*.test.ts'],
    exclude: ['test/domain/schedule/schedule-soak.test.ts'],
    setupFiles: ['test/support/fast-check-seed.ts'],
    testTimeout: 60_000,
  },
});

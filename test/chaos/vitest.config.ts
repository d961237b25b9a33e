import { defineConfig } from 'vitest/config';

/** `npm run test:chaos`: one long test that is no part of `npm test`. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/chaos/chaos.run.ts'],
    reporters: ['default'],
    globalSetup: ['test/support/global-setup.ts'],
    disableConsoleIntercept: true,
    testTimeout: 0,
    hookTimeout: 0,
  },
});

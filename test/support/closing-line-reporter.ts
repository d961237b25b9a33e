import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/**
 * Ends a run with one plain line for programs: `Tests: 123 passed, 0 failed, 2 skipped`. A file that could not be run,
 * and an error that belongs to no test, count as a failure each.
 */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const tally = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()].map((test) => test.result().state);
      tally.passed += tests.filter((state) => state === 'passed').length;
      tally.failed += tests.filter((state) => state === 'failed').length;
      tally.skipped += tests.filter((state) => state === 'skipped').length;
      if (module.state() === 'failed' && !tests.includes('failed')) tally.failed += 1;
    }
    process.stdout.write(`Tests: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped\n`);
  }
}

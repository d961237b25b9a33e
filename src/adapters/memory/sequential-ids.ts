import type { IdGenerator } from '../../application/ports/id-generator.js';

/** `<prefix>-1`, `<prefix>-2`, …: the same in every run. */
export function createSequentialIds(prefix: string): IdGenerator {
  let last = 0;
  return {
    next: () => {
      last += 1;
      return `${prefix}-${last}`;
    },
  };
}

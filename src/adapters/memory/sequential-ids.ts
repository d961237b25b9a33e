import type { IdGenerator } from '../../application/ports/id-generator.js';

/**
 * Makes `<prefix>-1`, `<prefix>-2` and so on, the same in every run. A derived id is a checksum of the name, the same
 * in every generator. Different names may have the same checksum, but those in the tests do not.
 */
export function createSequentialIds(prefix: string): IdGenerator {
  let last = 0;
  return {
    next: () => {
      last += 1;
      return `${prefix}-${last}`;
    },
    derive: (name) => `derived-${checksum(name, 0)}-${checksum(name, 1)}`,
  };
}

/** FNV-1a, 32 bits. */
function checksum(text: string, seed: number): string {
  let hash = (2_166_136_261 ^ seed) >>> 0;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619) >>> 0;
  }
  return hash.toString(16);
}

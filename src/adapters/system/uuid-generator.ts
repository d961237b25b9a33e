import { createHash, randomUUID } from 'node:crypto';
import type { IdGenerator } from '../../application/ports/id-generator.js';

/**
 * Random UUIDs of version 4, and derived UUIDs of version 8 (RFC 9562) from SHA-256. Each has 36 characters of
 * `[0-9a-f-]`.
 */
export function createUuidGenerator(): IdGenerator {
  return {
    next: () => randomUUID(),
    derive: (name) => {
      const digest = createHash('sha256').update(name).digest('hex');
      const variant = '89ab'.charAt(Number.parseInt(digest.charAt(16), 16) % 4);
      return [
        digest.slice(0, 8),
        digest.slice(8, 12),
        `8${digest.slice(13, 16)}`,
        `${variant}${digest.slice(17, 20)}`,
        digest.slice(20, 32),
      ].join('-');
    },
  };
}

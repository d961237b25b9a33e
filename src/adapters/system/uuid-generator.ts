import { randomUUID } from 'node:crypto';
import type { IdGenerator } from '../../application/ports/id-generator.js';

/** Random UUIDs, version 4: 36 of `[0-9a-f-]`. */
export function createUuidGenerator(): IdGenerator {
  return { next: () => randomUUID() };
}

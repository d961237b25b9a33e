import type { AccessLogCursor } from '../../../application/ports/access-log.js';
import type { Instant } from '../../../domain/instant.js';

export type AccessKind = 'read' | 'write';

/**
 * The place of an entry in the log: by its instant; at the same instant, writes come after reads; then in the order
 * in which they were stored.
 */
export interface SortKey {
  readonly at: Instant;
  readonly kind: AccessKind;
  /** A number from the database, in decimal digits; unique within the kind. */
  readonly position: string;
}

/** Greater than every position. */
export const LAST_POSITION = '9223372036854775807';

export function isLater(a: SortKey, b: SortKey): boolean {
  if (a.at !== b.at) return a.at > b.at;
  if (a.kind !== b.kind) return a.kind === 'write';
  return BigInt(a.position) > BigInt(b.position);
}

export function cursorOf({ at, kind, position }: SortKey): AccessLogCursor {
  return Buffer.from(`${at} ${kind} ${position}`).toString('base64url');
}

/** @returns null for text that `cursorOf` has not made. */
export function sortKeyOf(cursor: AccessLogCursor): SortKey | null {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, at, kind, position] = /^(-?\d{1,15}) (read|write) (\d{1,18})$/.exec(text) ?? [];
  if (at === undefined || position === undefined) return null;
  return { at: Number(at), kind: kind === 'read' ? 'read' : 'write', position };
}

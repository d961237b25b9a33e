import { SECOND_MS } from '../../domain/instant.js';

/**
 * Allows `burst` uses at once, and `perSecond` more each second after that. This is a class, because connections have
 * one each.
 */
export class Allowance {
  private left: number;
  /** When `take` was last called, on the monotonic clock, in ms. */
  private at = performance.now();

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
  ) {
    this.left = burst;
  }

  /** Uses up `count`. Returns false, and uses up nothing, when fewer than `count` are left. */
  take(count = 1): boolean {
    const now = performance.now();
    this.left = Math.min(this.burst, this.left + ((now - this.at) / SECOND_MS) * this.perSecond);
    this.at = now;
    if (this.left < count) return false;
    this.left -= count;
    return true;
  }
}

/**
 * Checks a condition that only a bug of this library can break. Bad input is refused with a `ChatError`, never thrown.
 * Tests and Node run the checks. Each call is marked as pure, so that a bundler leaves it out, because a page should be
 * small, and a crash would not help the person who writes in it. That is why the condition is a function without side
 * effects.
 *
 * @throws {Error} when the condition does not hold.
 */
export function invariant(condition: () => boolean, message: string): void {
  if (!condition()) throw new Error(message);
}

/**
 * Checks what only a bug of this library can break; bad input is refused with a `ChatError`, never thrown. Tests and Node
 * run the checks. Each call is marked as pure, so that a bundler leaves it out: a page should be small, and a crash would
 * not help whoever writes in it. That is why the condition is a function, and has no side effects.
 *
 * @throws {Error} when the condition does not hold.
 */
export function invariant(condition: () => boolean, message: string): void {
  if (!condition()) throw new Error(message);
}

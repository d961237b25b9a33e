/** Thrown for bugs only: a state that the code holds to be impossible. Bad input is answered, never thrown. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/** @throws {InvariantViolation} when `condition` is false; `message` says what broke, without content or names. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(message);
}
